//! Mail as `.eml` files in a directory, which any mail program opens.

use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use async_trait::async_trait;
use uuid::Uuid;

use super::Mailer;

const FROM: &str = "Docket <docket@localhost>";

/// Writes mails to a directory.
pub struct MailFiles {
    directory: PathBuf,
}

impl MailFiles {
    /// Into this directory, which is made with the first mail.
    #[must_use]
    pub fn new(directory: PathBuf) -> Self {
        Self { directory }
    }
}

#[async_trait]
impl Mailer for MailFiles {
    async fn send(&self, to: &str, subject: &str, text: &str) -> anyhow::Result<()> {
        let (directory, id) = (self.directory.clone(), Uuid::now_v7());
        let message = message(id, to, subject, text);
        let path = directory.join(format!("{id}.eml"));
        let shown = path.clone();
        tokio::task::spawn_blocking(move || write(&directory, &path, &message)).await??;
        log::info!("mail \"{subject}\" was written to {}", shown.display());
        Ok(())
    }
}

/// For the owner's eyes only: it may hold a token.
fn write(directory: &Path, path: &Path, message: &str) -> anyhow::Result<()> {
    fs::create_dir_all(directory).with_context(|| format!("cannot make {}", directory.display()))?;
    let mut file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(path)?;
    file.write_all(message.as_bytes()).with_context(|| format!("cannot write {}", path.display()))
}

/// An RFC 5322 message. Addresses and subjects are ours and checked, so they hold no line breaks.
fn message(id: Uuid, to: &str, subject: &str, text: &str) -> String {
    let body = text.replace("\r\n", "\n").replace('\n', "\r\n");
    let date = chrono::Utc::now().to_rfc2822();
    format!(
        "From: {FROM}\r\nTo: {to}\r\nSubject: {subject}\r\nDate: {date}\r\nMessage-ID: <{id}@docket.localhost>\r\n\
         MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\
         {body}\r\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_a_head_and_its_text_and_every_line_ends_alike() {
        let message = message(Uuid::nil(), "ann@example.org", "Hello", "Good day,\nAnn.\r\n");
        let (head, body) = message.split_once("\r\n\r\n").expect("head and body");
        assert!(head.contains("To: ann@example.org\r\n"));
        assert!(body.starts_with("Good day,\r\nAnn.\r\n"));
        assert_eq!(message.matches('\n').count(), message.matches("\r\n").count());
    }
}
