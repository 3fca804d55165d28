//! The settings of this service, from flags or the environment; read once.

use std::net::SocketAddr;

use clap::Parser;
use mail::MailSettings;
use messaging::BusOptions;
use service_kit::settings::{self, ServiceSettings};

use crate::throttle::limits::Limits;

/// Settings. No `Debug`: some are secrets.
#[derive(Clone, Parser)]
pub struct Config {
    /// Settings common to the three services.
    #[command(flatten)]
    pub service: ServiceSettings,

    /// Where the API is served.
    #[arg(long, env = "LISTEN", default_value = "127.0.0.1:8001")]
    pub listen: SocketAddr,

    /// Where the signs of life are served; never routed from outside.
    #[arg(long, env = "OPS_LISTEN", default_value = "127.0.0.1:9001")]
    pub ops_listen: SocketAddr,

    /// Which event bus, and where.
    #[command(flatten)]
    pub bus: BusOptions,

    /// Secret that is mixed into password hashes: at least 32 random characters, the same in all replicas. Without it
    /// no password can be checked.
    #[arg(long, env = "PASSWORD_PEPPER", hide_env_values = true)]
    pub password_pepper: String,

    /// Former peppers, separated by commas: hashes made with them are renewed at the next login.
    #[arg(long, env = "PASSWORD_PEPPERS_FORMER", hide_env_values = true, value_delimiter = ',')]
    pub password_peppers_former: Vec<String>,

    /// bcrypt's cost: 2^cost rounds.
    #[arg(long, env = "BCRYPT_COST", default_value_t = 12, value_parser = clap::value_parser!(u32).range(4..=16))]
    pub bcrypt_cost: u32,

    /// Logins that may wait for the one thread that hashes; beyond that they are told to come back (503).
    #[arg(long, env = "HASHING_QUEUE", default_value_t = 16)]
    pub hashing_queue: usize,

    /// Logins from known devices that may wait beside them, whatever strangers do.
    #[arg(long, env = "HASHING_RESERVED", default_value_t = 4)]
    pub hashing_reserved: usize,

    /// E-mail address of the first administrator; used once, at the first start.
    #[arg(long, env = "ADMIN_EMAIL")]
    pub admin_email: Option<String>,

    /// Their password.
    #[arg(long, env = "ADMIN_PASSWORD", hide_env_values = true)]
    pub admin_password: Option<String>,

    /// Where people reach Docket, for links in mails.
    #[arg(long, env = "PUBLIC_URL", default_value = "http://127.0.0.1:8000", value_parser = settings::public_url)]
    pub public_url: String,

    /// Days for which the audit log is kept.
    #[arg(long, env = "AUDIT_RETENTION_DAYS", default_value_t = 365, value_parser = clap::value_parser!(u32).range(1..))]
    pub audit_retention_days: u32,

    /// Where mail goes.
    #[command(flatten)]
    pub mail: MailSettings,

    /// Whether e-mail addresses are verified: a new one counts once a mailed link is used, and whoever registers gets
    /// one too. If nothing is said: where there is a mail server.
    #[arg(long, env = "EMAIL_VERIFICATION")]
    pub email_verification: Option<bool>,

    /// Throttling.
    #[command(flatten)]
    pub limits: Limits,
}

impl Config {
    /// Whether e-mail addresses are verified. Mails that are written to files reach nobody by themselves, so without a
    /// mail server that has to be asked for.
    #[must_use]
    pub fn verifies_email(&self) -> bool {
        self.email_verification.unwrap_or(self.mail.server().is_some())
    }
}
