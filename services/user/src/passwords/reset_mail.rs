//! The mail for a forgotten password.

use super::{reset_store, secret::Secret};
use crate::{accounts::email::Email, state::AppState};

const SUBJECT: &str = "Your new Docket password";

/// Sends a link to the account of that address, if there is one: to the stored address, never to the typed one. Runs
/// beside the request, whose answer and time tell nothing; so failures end in the log.
pub async fn send_link(state: AppState, email: Email) {
    let made = state.db.transaction(move |conn| reset_store::make(conn, &email)).await;
    let (user, token) = match made {
        Ok(Some(made)) => made,
        Ok(None) => return,
        Err(error) => return log::warn!("password reset: {error}"),
    };
    if let Err(error) = state.mailer.send(&user.email, SUBJECT, &text(&state.public_url, &token)).await {
        log::warn!("password reset: the mail was not sent: {error:#}");
    }
}

/// The token stands behind the `#`: browsers keep that part out of requests, so out of logs and referrers.
fn text(public_url: &str, token: &Secret) -> String {
    let base = public_url.trim_end_matches('/');
    format!(
        "Somebody, most likely you, asked for a new password for this address.\n\n\
         Choose one here within 30 minutes; the link works once:\n{base}/reset#token={}\n\n\
         If it was not you, do nothing: your password stays as it is.\n",
        token.reveal()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_keeps_the_token_out_of_requests() {
        let text = text("https://docket.example/", &Secret::new("abc".to_owned()));
        assert!(text.contains("\nhttps://docket.example/reset#token=abc\n"));
    }
}
