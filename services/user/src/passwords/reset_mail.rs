//! The mail for a forgotten password.

use std::time::Duration;

use mail::{Mail, MailFault};
use uuid::Uuid;

use super::{reset_store, secret::Secret};
use crate::{accounts::email::Email, state::AppState};

const SUBJECT: &str = "Your new Docket password";

/// Pauses before the attempts: the mail server may be away for a moment.
const PAUSES: [Duration; 3] = [Duration::ZERO, Duration::from_secs(2), Duration::from_secs(10)];

/// Sends a link to the account of that address, if there is one: to the stored address, never to the typed one. Runs
/// beside the request, whose answer and time tell nothing; so failures end in the log.
pub async fn send_link(state: AppState, email: Email) {
    let Some(mailer) = state.mailer.clone() else {
        return log::warn!("a password reset was asked for, and mail is not set up (SMTP_URL or MAIL_DIR)");
    };
    let made = state.db.transaction(move |conn| reset_store::make(conn, &email)).await;
    let (user, token) = match made {
        Ok(Some(made)) => made,
        Ok(None) => return,
        Err(error) => return log::warn!("password reset: {error}"),
    };
    let mail = Mail {
        to: user.email,
        subject: SUBJECT.to_owned(),
        text: text(&state.public_url, &token),
        message_id: Some(format!("{}@docket", Uuid::now_v7())),
        ..Mail::default()
    };
    for pause in PAUSES {
        tokio::time::sleep(pause).await;
        match mailer.send(&mail).await {
            Ok(receipt) => return log::info!("password reset: mail {receipt}"),
            Err(MailFault::Permanent(reason)) => return log::warn!("password reset: no mail: {reason}"),
            Err(MailFault::Passing(reason)) => log::warn!("password reset: no mail yet: {reason}"),
        }
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
