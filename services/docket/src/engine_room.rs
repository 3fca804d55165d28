//! The engines under the services: a private Postgres and, if wanted, a private RabbitMQ. One that dies is started
//! again; connections come back by themselves, because socket and ports stay where they were.

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::Context as _;
use engines::{Postgres, PostgresOptions, RabbitMq, RabbitOptions};
use messaging::BusKind;
use tokio_util::sync::CancellationToken;

use crate::{
    config::Config,
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
    engines: Vec<Arc<dyn Revive>>,
}

/// An engine that can be looked at, started again, and stopped. All of it blocks.
trait Revive: Send + Sync {
    fn revive(&self) -> anyhow::Result<()>;
    fn stop(&self) -> anyhow::Result<()>;
}

/// A running engine and how it was started.
struct Engine<E, O> {
    name: &'static str,
    running: Mutex<Option<E>>,
    options: O,
    start: fn(&O) -> anyhow::Result<E>,
    is_alive: fn(&mut E) -> bool,
    stop: fn(E) -> anyhow::Result<()>,
}

impl<E: Send, O: Send + Sync> Revive for Engine<E, O> {
    fn revive(&self) -> anyhow::Result<()> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if running.as_mut().is_some_and(|engine| (self.is_alive)(engine)) {
            return Ok(());
        }
        log::warn!("{} has died; starting it again", self.name);
        // Dropped first: its process is gone, and its place is about to be used again.
        *running = None;
        *running =
            Some((self.start)(&self.options).with_context(|| format!("{} does not start", self.name))?);
        log::warn!("{} runs again", self.name);
        Ok(())
    }

    fn stop(&self) -> anyhow::Result<()> {
        let engine = self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        engine.map_or(Ok(()), |engine| (self.stop)(engine).context(self.name))
    }
}

impl EngineRoom {
    /// Starts what the settings ask for. Blocks.
    ///
    /// # Errors
    /// When an engine cannot be had or does not start; the message says what to do.
    pub fn start(config: &Config, data_dir: &Path) -> anyhow::Result<Self> {
        let mut engines: Vec<Arc<dyn Revive>> = Vec::new();
        let (urls, database) = match &config.database_url {
            Some(url) => (DatabaseUrls::shared(url), "the Postgres of DATABASE_URL".to_owned()),
            None => {
                let options = PostgresOptions {
                    data_dir: data_dir.to_owned(),
                    allow_fetch: !config.no_fetch,
                    pg_bin: config.pg_bin.clone(),
                    max_connections: 100,
                    durable: true,
                };
                let server = Postgres::start(&options)?;
                let urls = database::prepare(|user, database| server.url(user, database))?;
                let about = format!("PostgreSQL {} ({})", server.version(), server.origin());
                engines.push(Arc::new(Engine {
                    name: "Postgres",
                    running: Mutex::new(Some(server)),
                    options,
                    start: Postgres::start,
                    is_alive: Postgres::is_alive,
                    stop: Postgres::stop,
                }));
                (urls, about)
            }
        };
        let (amqp_url, bus) = match (config.broker(), &config.amqp_url) {
            (BusKind::Postgres, _) => (None, "Postgres, in the same database".to_owned()),
            (BusKind::RabbitMq, Some(url)) => (Some(url.clone()), "the RabbitMQ of AMQP_URL".to_owned()),
            (BusKind::RabbitMq, None) => {
                let options = RabbitOptions { data_dir: data_dir.to_owned(), allow_fetch: !config.no_fetch };
                let broker = RabbitMq::start(&options)?;
                let (url, about) = (broker.amqp_url(), format!("RabbitMQ ({})", broker.origin()));
                engines.push(Arc::new(Engine {
                    name: "RabbitMQ",
                    running: Mutex::new(Some(broker)),
                    options,
                    start: RabbitMq::start,
                    is_alive: RabbitMq::is_alive,
                    stop: RabbitMq::stop,
                }));
                (Some(url), about)
            }
        };
        Ok(Self { urls, amqp_url, database, bus, engines })
    }

    /// Starts an engine again whenever it dies, until `stop`.
    pub async fn watch(&self, stop: CancellationToken) {
        while tokio::time::timeout(LOOK_EVERY, stop.cancelled()).await.is_err() {
            for engine in self.engines.clone() {
                let outcome = tokio::task::spawn_blocking(move || engine.revive()).await;
                if let Ok(Err(error)) = outcome {
                    log::error!("{error:#}");
                }
            }
        }
    }

    /// Stops the engines, the bus first. Blocks.
    ///
    /// # Errors
    /// When one does not stop.
    pub fn stop(&self) -> anyhow::Result<()> {
        self.engines.iter().rev().try_for_each(|engine| engine.stop())
    }
}
