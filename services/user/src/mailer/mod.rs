//! How mail leaves this service: a small trait, so that SMTP, files and tests look the same to it.

mod files;
mod nowhere;

use async_trait::async_trait;

pub use files::MailFiles;
pub use nowhere::Nowhere;

/// Sends mail.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Sends a text to one address; returns when it is out of our hands.
    ///
    /// # Errors
    /// When it could not be handed over. It is not tried again here.
    async fn send(&self, to: &str, subject: &str, text: &str) -> anyhow::Result<()>;
}
