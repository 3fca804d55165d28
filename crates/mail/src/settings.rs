//! Where mail goes, from flags or the environment.

use std::path::PathBuf;

use clap::Args;

/// Settings of mail.
#[derive(Debug, Clone, Args)]
pub struct MailSettings {
    /// SMTP server: `smtps://user:password@host`, `smtp://host:587?tls=required` (STARTTLS), `smtp://127.0.0.1:1025`.
    #[arg(long, env = "SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<String>,

    /// Sender of every mail.
    #[arg(long, env = "MAIL_FROM", default_value = "Docket <docket@localhost>")]
    pub mail_from: String,

    /// Without an SMTP server, mails are written there as `.eml` files.
    #[arg(long, env = "MAIL_DIR")]
    pub mail_dir: Option<PathBuf>,
}

impl MailSettings {
    /// The SMTP server, if there is one. Places that ask for settings give an empty text for none.
    #[must_use]
    pub fn server(&self) -> Option<&str> {
        self.smtp_url.as_deref().filter(|url| !url.is_empty())
    }
}
