//! The three services and the gateway, started in one process: for the launcher, and for tests.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use anyhow::Context as _;
use messaging::BusKind;
use service_kit::{logging::LogFormat, server::RunningService, settings::ServiceSettings};
use tokio_util::sync::CancellationToken;

use crate::{
    database::DatabaseUrls,
    gateway::{self, Gateway, Upstreams},
    secrets::Secrets,
};

/// What a system is started with.
pub struct SystemConfig {
    /// Where the gateway listens; port 0 allowed.
    pub listen: SocketAddr,
    /// Database URLs by service.
    pub urls: DatabaseUrls,
    /// RabbitMQ; without it the bus is in Postgres.
    pub amqp_url: Option<String>,
    /// Before the names of exchange and queues; empty but in tests.
    pub bus_prefix: String,
    /// Secrets of the installation.
    pub secrets: Secrets,
    /// E-mail address and password of the first administrator.
    pub admin: Option<(String, String)>,
    /// Mails are written there as `.eml` files while no SMTP server is set.
    pub mail_dir: Option<PathBuf>,
    /// bcrypt's cost, if not the usual one.
    pub bcrypt_cost: Option<u32>,
    /// Ends streams and loops.
    pub stop: CancellationToken,
}

/// A running system.
pub struct System {
    /// The user service.
    pub user: RunningService,
    /// The task service.
    pub task: RunningService,
    /// The notification service.
    pub notification: RunningService,
    /// True when this start made the first administrator.
    pub admin_was_made: bool,
    gateway: Gateway,
}

impl System {
    /// Starts everything; returns when it serves.
    ///
    /// # Errors
    /// When a port is taken or a service does not start.
    pub async fn start(config: SystemConfig) -> anyhow::Result<Self> {
        todo(config).await
    }
}
