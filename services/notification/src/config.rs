//! The settings of this service, from flags or the environment; read once.

use std::net::SocketAddr;

use clap::{Parser, ValueEnum};
use mail::MailSettings;
use messaging::{BusKind, BusSettings};
use service_kit::settings::ServiceSettings;

/// Which event bus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Broker {
    /// Tables in Postgres.
    Postgres,
    /// The RabbitMQ at AMQP_URL.
    Rabbitmq,
}

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

    /// Which event bus.
    #[arg(long, env = "BROKER", value_enum, default_value_t = Broker::Rabbitmq)]
    pub broker: Broker,

    /// RabbitMQ.
    #[arg(long, env = "AMQP_URL", hide_env_values = true)]
    pub amqp_url: Option<String>,

    /// Database of the Postgres bus, if it is not the service's own.
    #[arg(long, env = "BUS_DATABASE_URL", hide_env_values = true)]
    pub bus_database_url: Option<String>,

    /// Before the names of exchange and queues; empty but in tests.
    #[arg(long, env = "BUS_PREFIX", default_value = "")]
    pub bus_prefix: String,

    /// The user service: public keys of tokens, accounts that no event has told of yet, and the dashboard's user part.
    #[arg(long, env = "USER_SERVICE_URL", default_value = "http://127.0.0.1:8001")]
    pub user_service_url: String,

    /// The task service: the dashboard's task part.
    #[arg(long, env = "TASK_SERVICE_URL", default_value = "http://127.0.0.1:8002")]
    pub task_service_url: String,

    /// Seconds between two looks for due reminders; a changed task is looked at at once.
    #[arg(long, env = "REMINDER_INTERVAL_SECONDS", default_value_t = 15,
        value_parser = clap::value_parser!(u64).range(1..))]
    pub reminder_interval_seconds: u64,

    /// Where people reach Docket, for links in mails.
    #[arg(long, env = "PUBLIC_URL", default_value = "http://127.0.0.1:8000")]
    pub public_url: String,

    /// Networks beside the public internet that webhooks may lead to, separated by commas; http is for these alone.
    #[arg(long, env = "WEBHOOK_ALLOWED_NETWORKS", value_delimiter = ',', value_parser = service_kit::settings::network)]
    pub webhook_allowed_networks: Vec<ipnet::IpNet>,

    /// Where mail goes.
    #[command(flatten)]
    pub mail: MailSettings,
}

impl Config {
    /// The bus's part of the settings.
    #[must_use]
    pub fn bus(&self) -> BusSettings {
        BusSettings {
            kind: match self.broker {
                Broker::Postgres => BusKind::Postgres,
                Broker::Rabbitmq => BusKind::RabbitMq,
            },
            amqp_url: self.amqp_url.clone(),
            database_url: self.bus_database_url.clone().unwrap_or_else(|| self.service.database_url.clone()),
            prefix: self.bus_prefix.clone(),
        }
    }
}
