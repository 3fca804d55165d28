//! The engines under the services: a private Postgres and, if wanted, a private RabbitMQ. A Postgres that dies is
//! started again; connections come back by themselves, because its socket stays where it was.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::Context as _;
use engines::{Postgres, PostgresOptions, RabbitMq, RabbitOptions};
use tokio_util::sync::CancellationToken;

use crate::{
    config::{Broker, Config},
    database::{self, DatabaseUrls},
};

const LOOK_EVERY: Duration = Duration::from_millis(300);

/// What runs under the services, and how to reach it.
pub struct EngineRoom {
    /// Database URLs by service.
    pub urls: DatabaseUrls,
    /// The broker, where the bus is RabbitMQ.
    pub amqp_url: Option<String>,
    /// A sentence about the database.
    pub database: String,
    /// A sentence about the bus.
    pub bus: String,
    postgres: Option<Arc<Mutex<Option<Postgres>>>>,
    rabbitmq: Option<RabbitMq>,
    options: PostgresOptions,
}

impl EngineRoom {
    /// Starts what the settings ask for. Blocks.
    ///
    /// # Errors
    /// When an engine cannot be had or does not start; the message says what to do.
    pub fn start(config: &Config, data_dir: &Path) -> anyhow::Result<Self> {
        let options = PostgresOptions {
            data_dir: data_dir.to_owned(),
            allow_fetch: !config.no_fetch,
            pg_bin: config.pg_bin.clone(),
            max_connections: 100,
            durable: true,
        };
        let (urls, postgres, database) = match &config.database_url {
            Some(url) => (DatabaseUrls::shared(url), None, "the Postgres of DATABASE_URL".to_owned()),
            None => {
                let server = Postgres::start(&options)?;
                let urls = database::prepare(|user, database| server.url(user, database))?;
                let about = format!("PostgreSQL {} ({})", server.version(), server.origin());
                (urls, Some(Arc::new(Mutex::new(Some(server)))), about)
            }
        };
        let (amqp_url, rabbitmq, bus) = match (config.broker(), &config.amqp_url) {
            (Broker::Postgres, _) => (None, None, "Postgres, in the same database".to_owned()),
            (Broker::Rabbitmq, Some(url)) => (Some(url.clone()), None, "the RabbitMQ of AMQP_URL".to_owned()),
            (Broker::Rabbitmq, None) => {
                let options = RabbitOptions { data_dir: PathBuf::from(data_dir), allow_fetch: !config.no_fetch };
                let broker = RabbitMq::start(&options)?;
                (Some(broker.amqp_url()), Some(broker), "a private RabbitMQ".to_owned())
            }
        };
        Ok(Self { urls, amqp_url, database, bus, postgres, rabbitmq, options })
    }

    /// Starts Postgres again whenever it dies, until `stop`.
    pub async fn watch(&self, stop: CancellationToken) {
        let Some(postgres) = self.postgres.clone() else { return };
        while tokio::time::timeout(LOOK_EVERY, stop.cancelled()).await.is_err() {
            let (postgres, options) = (Arc::clone(&postgres), self.options.clone());
            let outcome = tokio::task::spawn_blocking(move || revive(&postgres, &options)).await;
            if let Ok(Err(error)) = outcome {
                log::error!("Postgres has died and does not start: {error:#}");
            }
        }
    }

    /// Stops the engines, the bus first. Blocks.
    ///
    /// # Errors
    /// When one does not stop.
    pub fn stop(self) -> anyhow::Result<()> {
        if let Some(broker) = self.rabbitmq {
            broker.stop().context("RabbitMQ")?;
        }
        let server = self.postgres.and_then(|server| server.lock().unwrap_or_else(PoisonError::into_inner).take());
        server.map_or(Ok(()), |server| server.stop().context("Postgres"))
    }
}

fn revive(postgres: &Mutex<Option<Postgres>>, options: &PostgresOptions) -> anyhow::Result<()> {
    let mut server = postgres.lock().unwrap_or_else(PoisonError::into_inner);
    if server.as_mut().is_some_and(Postgres::is_alive) {
        return Ok(());
    }
    log::warn!("Postgres has died; starting it again");
    // Dropped first: its process is gone, and its socket directory is about to be used again.
    *server = None;
    *server = Some(Postgres::start(options)?);
    log::info!("Postgres runs again");
    Ok(())
}
