//! The settings of this service, from flags or the environment; read once.

use std::{net::SocketAddr, path::PathBuf};

use clap::Parser;
use mail::MailSettings;
use messaging::BusOptions;
use service_kit::settings::{self, ServiceSettings};

/// Settings. No `Debug`: some are secrets.
#[derive(Clone, Parser)]
pub struct Config {
    /// Settings common to the three services.
    #[command(flatten)]
    pub service: ServiceSettings,

    /// Where the API is served.
    #[arg(long, env = "LISTEN", default_value = "127.0.0.1:8003")]
    pub listen: SocketAddr,

    /// Where the signs of life are served; never routed from outside.
    #[arg(long, env = "OPS_LISTEN", default_value = "127.0.0.1:9003")]
    pub ops_listen: SocketAddr,

    /// Which event bus, and where.
    #[command(flatten)]
    pub bus: BusOptions,

    /// The user service: public keys of tokens, accounts that no event has told of yet, and the dashboard's user part.
    #[arg(long, env = "USER_SERVICE_URL", default_value = "http://127.0.0.1:8001", value_parser = settings::service_url)]
    pub user_service_url: String,

    /// The task service: the dashboard's task part.
    #[arg(long, env = "TASK_SERVICE_URL", default_value = "http://127.0.0.1:8002", value_parser = settings::service_url)]
    pub task_service_url: String,

    /// Seconds between two looks for due reminders; a changed task is looked at at once.
    #[arg(long, env = "REMINDER_INTERVAL_SECONDS", default_value_t = 15,
        value_parser = clap::value_parser!(u64).range(1..))]
    pub reminder_interval_seconds: u64,

    /// Where people reach Docket, for links in mails.
    #[arg(long, env = "PUBLIC_URL", default_value = "http://127.0.0.1:8000", value_parser = settings::public_url)]
    pub public_url: String,

    /// Networks beside the public internet that webhooks may lead to, separated by commas; http is for these alone.
    #[arg(long, env = "WEBHOOK_ALLOWED_NETWORKS", value_delimiter = ',', value_parser = service_kit::settings::network)]
    pub webhook_allowed_networks: Vec<ipnet::IpNet>,

    /// Certificates (PEM) of your own authorities, which webhooks by https believe beside the public ones.
    #[arg(long, env = "WEBHOOK_CA_FILE")]
    pub webhook_ca_file: Option<PathBuf>,

    /// Where mail goes.
    #[command(flatten)]
    pub mail: MailSettings,
}
