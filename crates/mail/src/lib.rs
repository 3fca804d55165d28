//! Mail: one message, and where it goes: an SMTP server, or files where there is none.
//!
//! Sending is at least once by nature: the server may have taken a message whose answer was lost. So whoever sends
//! gives each message a `Message-ID` of its own, by which a reader's mail program drops the second copy.
//!
//! Mails that must not be lost wait in a table of the service ([`MailQueue`]) and are sent by a [`Sender`].

mod directory;
mod message;
pub mod queue;
mod sender;
mod settings;
mod smtp;

use std::sync::Arc;

use async_trait::async_trait;

pub use directory::MailDirectory;
pub use message::Mail;
pub use queue::{Held, Leased, MailQueue, Verdict};
pub use sender::{Sender, attempt};
pub use settings::MailSettings;
pub use smtp::Smtp;

/// Sends mail.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Sends one message; returns what the server said, for the delivery log.
    ///
    /// # Errors
    /// [`MailFault`] says whether trying again may help.
    async fn send(&self, mail: &Mail) -> Result<String, MailFault>;
}

/// Why a message did not go.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailFault {
    /// It never will: a bad address, or the server refused it for good.
    #[error("{0}")]
    Permanent(String),
    /// It may later: the server is away or busy.
    #[error("{0}")]
    Passing(String),
}

/// The mailer that the settings mean; `None` where mail is not set up.
///
/// # Errors
/// When the SMTP URL or the sender's address is not one.
pub fn mailer(settings: &MailSettings) -> Result<Option<Arc<dyn Mailer>>, MailFault> {
    Ok(match (settings.server(), &settings.mail_dir) {
        (Some(url), _) => Some(Arc::new(Smtp::new(url, &settings.mail_from)?)),
        (None, Some(directory)) => {
            Some(Arc::new(MailDirectory::new(directory.clone(), &settings.mail_from)?))
        }
        (None, None) => None,
    })
}
