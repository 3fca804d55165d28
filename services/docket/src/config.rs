//! The launcher's settings, from flags or the environment.

use std::{net::SocketAddr, path::PathBuf};

use clap::Parser;
use ipnet::IpNet;
use mail::MailSettings;
use messaging::BusKind;
use service_kit::{
    logging::LogFormat,
    settings::{self, EdgeSettings},
};

/// Docket on one machine: all three services behind one address, on a private Postgres.
#[derive(Clone, Parser)]
#[command(name = "docket", version, about)]
pub struct Config {
    /// Where Docket is served.
    #[arg(long, env = "DOCKET_LISTEN", default_value = "127.0.0.1:8000")]
    pub listen: SocketAddr,

    /// Where everything is kept: the database, secrets, mails, logs.
    #[arg(long, env = "DOCKET_DATA_DIR", default_value = ".docket")]
    pub data_dir: PathBuf,

    /// E-mail address of the first administrator, made at the first start.
    #[arg(long, env = "ADMIN_EMAIL", default_value = "admin@docket.example")]
    pub admin_email: String,

    /// Their password; without it one is made and shown once.
    #[arg(long, env = "ADMIN_PASSWORD", hide_env_values = true)]
    pub admin_password: Option<String>,

    /// A Postgres to use instead of a private one (the role must be allowed to create schemas).
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,

    /// Which event bus; for RabbitMQ, without AMQP_URL, an installed or private one is started here.
    /// [default: postgres, or rabbitmq where AMQP_URL is set]
    #[arg(long, env = "BROKER", value_enum)]
    pub broker: Option<BusKind>,

    /// A RabbitMQ to use instead of a private one.
    #[arg(long, env = "AMQP_URL", hide_env_values = true)]
    pub amqp_url: Option<String>,

    /// Fill an empty Docket with a believable sample of users, tasks and notifications.
    #[arg(long, env = "DOCKET_DEMO")]
    pub demo: bool,

    /// Never download anything; stop with the line to type instead.
    #[arg(long, env = "DOCKET_NO_FETCH")]
    pub no_fetch: bool,

    /// Directory with the binaries `initdb` and `postgres`.
    #[arg(long, env = "PG_BIN")]
    pub pg_bin: Option<PathBuf>,

    /// Where people reach Docket, for links in mails. [default: the address it listens on]
    #[arg(long, env = "PUBLIC_URL", value_parser = settings::public_url)]
    pub public_url: Option<String>,

    /// Networks beside the public internet that webhooks may lead to, separated by commas; http is for these alone.
    #[arg(long, env = "WEBHOOK_ALLOWED_NETWORKS", value_delimiter = ',', value_parser = service_kit::settings::network)]
    pub webhook_allowed_networks: Vec<IpNet>,

    /// Certificates (PEM) of your own authorities, which webhooks by https believe beside the public ones.
    #[arg(long, env = "WEBHOOK_CA_FILE")]
    pub webhook_ca_file: Option<PathBuf>,

    /// Where mail goes; without an SMTP server, into the data directory.
    #[command(flatten)]
    pub mail: MailSettings,

    /// Whether e-mail addresses are verified. If nothing is said: where there is a mail server.
    #[arg(long, env = "EMAIL_VERIFICATION")]
    pub email_verification: Option<bool>,

    /// What the edge is strict about.
    #[command(flatten)]
    pub edge: EdgeSettings,

    /// bcrypt's cost: 2^cost rounds.
    #[arg(long, env = "BCRYPT_COST", default_value_t = 12, value_parser = clap::value_parser!(u32).range(4..=16))]
    pub bcrypt_cost: u32,

    /// Collector of OpenTelemetry traces (OTLP over HTTP), for instance http://127.0.0.1:4318; without it there are none.
    #[arg(long, env = "OTEL_EXPORTER_OTLP_ENDPOINT", value_parser = service_kit::trace::endpoint)]
    pub otlp_endpoint: Option<String>,

    /// Look of the log.
    #[arg(long, env = "LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
}

impl Config {
    /// The bus that the settings mean.
    #[must_use]
    pub fn broker(&self) -> BusKind {
        self.broker.unwrap_or(if self.amqp_url.is_some() { BusKind::RabbitMq } else { BusKind::Postgres })
    }
}
