//! Mails to an SMTP server, over pooled connections.

use std::time::Duration;

use async_trait::async_trait;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor, message::Mailbox};

use crate::{Mail, MailFault, Mailer, message};

/// A server that does not answer within this time is away.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Sends by SMTP.
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Smtp {
    /// A mailer for the server at `url` (`smtp://` or `smtps://`); does not connect yet.
    ///
    /// # Errors
    /// When `url` or `from` is not one.
    pub fn new(url: &str, from: &str) -> Result<Self, MailFault> {
        // The URL may hold a password, so it is not part of the message.
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(|_| {
            MailFault::Permanent("SMTP_URL is not a usable smtp:// or smtps:// URL".to_owned())
        })?;
        Ok(Self { transport: builder.timeout(Some(TIMEOUT)).build(), from: message::sender(from)? })
    }
}

#[async_trait]
impl Mailer for Smtp {
    async fn send(&self, mail: &Mail) -> Result<String, MailFault> {
        let message = mail.compose(&self.from)?;
        match self.transport.send(message).await {
            Ok(response) => Ok(response.message().collect::<Vec<_>>().join(" ")),
            Err(error) if error.is_permanent() => Err(MailFault::Permanent(error.to_string())),
            Err(error) => Err(MailFault::Passing(error.to_string())),
        }
    }
}
