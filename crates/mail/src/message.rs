//! One message.

use lettre::{
    Message,
    message::{
        Mailbox, MultiPart, SinglePart,
        header::{self, HeaderName, HeaderValue},
    },
};

use crate::MailFault;

/// A message to one person.
#[derive(Debug, Clone, Default)]
pub struct Mail {
    /// Their address.
    pub to: String,
    /// Subject; line breaks are not possible in it.
    pub subject: String,
    /// The body as plain text.
    pub text: String,
    /// The body as HTML, for readers that prefer it.
    pub html: Option<String>,
    /// `Message-ID` without its angle brackets: the same for every attempt.
    pub message_id: Option<String>,
    /// `References` and `In-Reply-To`, which keep a thread together.
    pub thread_id: Option<String>,
    /// A link that stops such mails when it is posted to, without signing in (RFC 8058).
    pub unsubscribe_url: Option<String>,
}

impl Mail {
    /// As RFC 5322 has it.
    pub(crate) fn compose(&self, from: &Mailbox) -> Result<Message, MailFault> {
        let permanent = |error: &dyn std::fmt::Display| MailFault::Permanent(error.to_string());
        let to: Mailbox = self.to.parse().map_err(|error| permanent(&error))?;
        let subject: String = self.subject.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let mut message = Message::builder()
            .from(from.clone())
            .to(to)
            .subject(subject)
            .message_id(self.message_id.as_ref().map(|id| format!("<{id}>")));
        if let Some(thread) = &self.thread_id {
            message = message.references(format!("<{thread}>")).in_reply_to(format!("<{thread}>"));
        }
        let text = SinglePart::builder().header(header::ContentType::TEXT_PLAIN).body(self.text.clone());
        let composed = match &self.html {
            None => message.singlepart(text),
            Some(html) => {
                let html = SinglePart::builder().header(header::ContentType::TEXT_HTML).body(html.clone());
                message.multipart(MultiPart::alternative().singlepart(text).singlepart(html))
            }
        };
        let mut message = composed.map_err(|error| permanent(&error))?;
        let mut add = |name: HeaderName, value: String| {
            message.headers_mut().insert_raw(HeaderValue::new(name, value));
        };
        // So that nobody's absence notice answers it (RFC 3834).
        add(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned());
        if let Some(url) = &self.unsubscribe_url {
            add(HeaderName::new_from_ascii_str("List-Unsubscribe"), format!("<{url}>"));
            let one_click = "List-Unsubscribe=One-Click".to_owned();
            add(HeaderName::new_from_ascii_str("List-Unsubscribe-Post"), one_click);
        }
        Ok(message)
    }
}

/// The sender's address.
pub(crate) fn sender(from: &str) -> Result<Mailbox, MailFault> {
    from.parse().map_err(|error| MailFault::Permanent(format!("MAIL_FROM is no address: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_cannot_smuggle_headers() {
        let mail = Mail {
            to: "ann@example.org".to_owned(),
            subject: "hello\r\nBcc: all@example.org".to_owned(),
            text: "Grüße".to_owned(),
            message_id: Some("1@docket".to_owned()),
            ..Mail::default()
        };
        let from = sender("Docket <docket@localhost>").expect("an address");
        let text = String::from_utf8(mail.compose(&from).expect("a message").formatted()).expect("ASCII");
        assert!(!text.lines().any(|line| line.starts_with("Bcc:")), "{text}");
        assert!(text.contains("Message-ID: <1@docket>"));
    }

    #[test]
    fn it_says_that_it_is_automatic_and_how_to_stop_it() {
        let mail = Mail {
            to: "ann@example.org".to_owned(),
            unsubscribe_url: Some("https://docket.example.org/stop?token=abc".to_owned()),
            ..Mail::default()
        };
        let from = sender("Docket <docket@localhost>").expect("an address");
        let text = String::from_utf8(mail.compose(&from).expect("a message").formatted()).expect("ASCII");
        for line in [
            "Auto-Submitted: auto-generated",
            "List-Unsubscribe: <https://docket.example.org/stop?token=abc>",
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        ] {
            assert!(text.lines().any(|other| other == line), "{line}: {text}");
        }
    }
}
