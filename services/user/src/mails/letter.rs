//! Pure: what mails say.

use mail::Mail;
use uuid::Uuid;

use super::kind::Kind;
use crate::passwords::secret::Secret;

/// Where links lead and ids come from.
#[derive(Debug, Clone)]
pub struct Letterhead {
    public_url: String,
    host: String,
}

impl Letterhead {
    /// From the public URL; its host is the right side of Message-IDs.
    #[must_use]
    pub fn new(public_url: &str) -> Self {
        let host = reqwest::Url::parse(public_url).ok().and_then(|url| url.host_str().map(str::to_owned));
        Self {
            public_url: public_url.trim_end_matches('/').to_owned(),
            host: host.unwrap_or_else(|| "docket".to_owned()),
        }
    }

    /// The mail of that id. `token` is that of kinds that have a link.
    #[must_use]
    pub fn letter(&self, id: Uuid, kind: Kind, to: &str, token: &Secret) -> Mail {
        // The token stands behind the `#`: browsers keep that part out of requests, so out of logs and referrers.
        let link = |page: &str| format!("{}/{page}#token={}", self.public_url, token.reveal());
        let (subject, text) = match kind {
            Kind::PasswordReset => (
                "Your new Docket password",
                format!(
                    "Somebody, most likely you, asked for a new password for this address.\n\n\
                     Choose one here within 30 minutes; the link works once:\n{}\n\n\
                     If it was not you, do nothing: your password stays as it is.\n",
                    link("reset")
                ),
            ),
            Kind::VerifyEmail => (
                "Is this your e-mail address?",
                format!(
                    "Somebody, most likely you, has a Docket account with this address.\n\n\
                     Say that it is yours within 30 minutes; the link works once:\n{}\n\n\
                     If it was not you, do nothing.\n",
                    link("verify-email")
                ),
            ),
            Kind::ChangeEmail => (
                "Your new Docket e-mail address",
                format!(
                    "Somebody, most likely you, wants to use this address for a Docket account.\n\n\
                     Confirm it here within 30 minutes; the link works once:\n{}\n\n\
                     If it was not you, do nothing: the account keeps its present address.\n",
                    link("change-email")
                ),
            ),
            Kind::EmailChangeAsked => (
                "Another e-mail address for your Docket account?",
                self.notice(
                    "Somebody, most likely you, asked to use another e-mail address for your account.",
                ),
            ),
            Kind::EmailChanged => (
                "Your Docket e-mail address was changed",
                self.notice("Your account has another e-mail address now. Mails to this one end here."),
            ),
            Kind::PasswordChanged => {
                ("Your Docket password was changed", self.notice("The password of your account was changed."))
            }
            Kind::TotpEnabled => (
                "One-time passwords are on",
                self.notice("From now on your account asks for a one-time password at every sign-in."),
            ),
            Kind::TotpDisabled => (
                "One-time passwords are off",
                self.notice("Your account does not ask for one-time passwords any more."),
            ),
        };
        Mail {
            to: to.to_owned(),
            subject: subject.to_owned(),
            text,
            message_id: Some(format!("{id}@{}", self.host)),
            ..Mail::default()
        }
    }

    fn notice(&self, what: &str) -> String {
        format!(
            "{what}\n\nIf it was not you, set a new password now, and tell an administrator:\n{}/reset\n",
            self.public_url
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(kind: Kind) -> Mail {
        let token = Secret::new("abc".to_owned());
        Letterhead::new("https://docket.example/").letter(Uuid::from_u128(7), kind, "ann@example.org", &token)
    }

    #[test]
    fn a_link_keeps_its_token_out_of_requests() {
        for (kind, page) in [
            (Kind::PasswordReset, "reset"),
            (Kind::VerifyEmail, "verify-email"),
            (Kind::ChangeEmail, "change-email"),
        ] {
            let text = letter(kind).text;
            assert!(text.contains(&format!("\nhttps://docket.example/{page}#token=abc\n")), "{text}");
        }
    }

    #[test]
    fn notices_hold_no_token_and_each_attempt_is_the_same_message() {
        for kind in [Kind::EmailChangeAsked, Kind::EmailChanged, Kind::PasswordChanged, Kind::TotpDisabled] {
            assert!(!letter(kind).text.contains("token"));
        }
        let id = "00000000-0000-0000-0000-000000000007@docket.example";
        assert_eq!(letter(Kind::EmailChanged).message_id.as_deref(), Some(id));
    }
}
