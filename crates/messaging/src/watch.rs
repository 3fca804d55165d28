//! The lookout: tells the metrics how far behind a service is. Its outbox (what the bus has not taken), its queue (what
//! it has not handled) and its dead letters (what it could not).

use std::{sync::Arc, time::Duration};

use service_kit::db::Db;
use tokio_util::sync::CancellationToken;

use crate::{bus::Bus, outbox::backlog};

/// How often it looks; scrapes are seldom more frequent.
const EVERY: Duration = Duration::from_secs(15);

/// Keeps the gauges `outbox_unsent_events`, `outbox_oldest_unsent_age_seconds` (label `service`),
/// `queue_messages` and `queue_dead_letters` (label `queue`). Every replica tells the same numbers: take the maximum,
/// not the sum.
pub struct Watch {
    bus: Arc<dyn Bus>,
    outbox: Option<(Db, &'static str)>,
    queue: Option<&'static str>,
}

impl Watch {
    /// Watches nothing yet.
    #[must_use]
    pub fn new(bus: Arc<dyn Bus>) -> Self {
        Self { bus, outbox: None, queue: None }
    }

    /// And the outbox in the schema of `db`, which is the service's.
    #[must_use]
    pub fn outbox(mut self, db: Db, service: &'static str) -> Self {
        self.outbox = Some((db, service));
        self
    }

    /// And the queue that the service consumes.
    #[must_use]
    pub fn queue(mut self, queue: &'static str) -> Self {
        self.queue = Some(queue);
        self
    }

    /// Looks once. What cannot be seen keeps its last number: a broker that is down shows in the outbox.
    ///
    /// # Errors
    /// When the database or the bus cannot be reached; the other half has been looked at all the same.
    pub async fn step(&self) -> anyhow::Result<()> {
        let outbox = self.look_at_outbox().await;
        self.look_at_queue().await.and(outbox)
    }

    async fn look_at_outbox(&self) -> anyhow::Result<()> {
        let Some((db, service)) = &self.outbox else { return Ok(()) };
        let backlog = db.read(|conn| Ok::<_, anyhow::Error>(backlog(conn)?)).await?;
        metrics::gauge!("outbox_unsent_events", "service" => *service).set(backlog.unsent as f64);
        metrics::gauge!("outbox_oldest_unsent_age_seconds", "service" => *service)
            .set(backlog.oldest_age_seconds);
        Ok(())
    }

    async fn look_at_queue(&self) -> anyhow::Result<()> {
        let Some(queue) = self.queue else { return Ok(()) };
        let (waiting, dead) = (self.bus.depth(queue).await?, self.bus.dead_letter_count(queue).await?);
        metrics::gauge!("queue_messages", "queue" => queue).set(waiting as f64);
        metrics::gauge!("queue_dead_letters", "queue" => queue).set(dead as f64);
        Ok(())
    }

    /// Looks every 15 s until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        loop {
            if let Err(error) = self.step().await {
                log::debug!("watching outbox and queue: {error:#}");
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    }
}
