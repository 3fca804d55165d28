//! Which bus, and how to reach it: as an operator says it, and as the adapters need it.

use clap::{Args, ValueEnum};

/// Which adapter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum BusKind {
    /// Tables in Postgres (schema `bus`): nothing more to run.
    Postgres,
    /// RabbitMQ, or another AMQP 0-9-1 broker with quorum queues.
    #[value(name = "rabbitmq")]
    RabbitMq,
}

/// The settings of every service that tells or hears of events, from flags or the environment. No `Debug`: some are
/// secrets.
#[derive(Clone, Args)]
pub struct BusOptions {
    /// Which event bus.
    #[arg(long, env = "BROKER", value_enum, default_value_t = BusKind::RabbitMq)]
    pub broker: BusKind,

    /// RabbitMQ.
    #[arg(long, env = "AMQP_URL", hide_env_values = true)]
    pub amqp_url: Option<String>,

    /// Database of the Postgres bus, if it is not the service's own.
    #[arg(long, env = "BUS_DATABASE_URL", hide_env_values = true)]
    pub bus_database_url: Option<String>,

    /// Before the names of exchange and queues; empty but in tests.
    #[arg(long, env = "BUS_PREFIX", default_value = "")]
    pub bus_prefix: String,
}

impl BusOptions {
    /// What [`crate::connect`] needs, for a service with that database.
    #[must_use]
    pub fn settings(&self, database_url: &str) -> BusSettings {
        BusSettings {
            kind: self.broker,
            amqp_url: self.amqp_url.clone(),
            database_url: self.bus_database_url.clone().unwrap_or_else(|| database_url.to_owned()),
            prefix: self.bus_prefix.clone(),
        }
    }
}

/// How to reach the bus.
#[derive(Clone)]
pub struct BusSettings {
    /// Which adapter.
    pub kind: BusKind,
    /// Needed for [`BusKind::RabbitMq`].
    pub amqp_url: Option<String>,
    /// Needed for [`BusKind::Postgres`]: the database that all services share.
    pub database_url: String,
    /// Before the name of the exchange and of every queue: empty in production, one per test otherwise.
    pub prefix: String,
}
