//! No mail: neither a server nor a directory is configured.

use async_trait::async_trait;

use super::Mailer;

/// Says in the log that there was a mail, and nothing of what it said.
pub struct Nowhere;

#[async_trait]
impl Mailer for Nowhere {
    async fn send(&self, _to: &str, subject: &str, _text: &str) -> anyhow::Result<()> {
        log::warn!("mail is not configured (MAIL_DIR): \"{subject}\" was not sent");
        Ok(())
    }
}
