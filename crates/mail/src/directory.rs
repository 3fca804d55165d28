//! Mails as `.eml` files in a directory: for one machine without a mail server, and to look at.

use std::path::PathBuf;

use async_trait::async_trait;
use lettre::message::Mailbox;
use tokio::io::AsyncWriteExt as _;

use crate::{Mail, MailFault, Mailer, message};

/// Writes each mail to a file.
pub struct MailDirectory {
    directory: PathBuf,
    from: Mailbox,
}

impl MailDirectory {
    /// A mailer that writes to `directory`, which is made when it is needed.
    ///
    /// # Errors
    /// When `from` is no address.
    pub fn new(directory: PathBuf, from: &str) -> Result<Self, MailFault> {
        Ok(Self { directory, from: message::sender(from)? })
    }
}

#[async_trait]
impl Mailer for MailDirectory {
    async fn send(&self, mail: &Mail) -> Result<String, MailFault> {
        let bytes = mail.compose(&self.from)?.formatted();
        let passing =
            |error: std::io::Error| MailFault::Passing(format!("{}: {error}", self.directory.display()));
        tokio::fs::create_dir_all(&self.directory).await.map_err(passing)?;
        // A time-ordered name; renamed into place, so that nobody reads half a mail.
        let name = format!("{}.eml", uuid::Uuid::now_v7());
        let draft = self.directory.join(format!(".{name}"));
        // For the owner only: a mail may hold a link that resets a password.
        let mut file = tokio::fs::OpenOptions::new()
            .create_new(true)
            .write(true)
            .mode(0o600)
            .open(&draft)
            .await
            .map_err(passing)?;
        file.write_all(&bytes).await.map_err(passing)?;
        file.sync_all().await.map_err(passing)?;
        tokio::fs::rename(&draft, self.directory.join(&name)).await.map_err(passing)?;
        Ok(format!("written to {name}"))
    }
}
