//! The relay: carries a service's outbox to the bus. One is active per service; the others stand by.

mod batch;
mod rest;

use std::{
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use service_kit::{db::Db, trace::Tracer};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::{
    bus::{Bus, OutgoingMessage, PublishError, Publisher, QueueSpec},
    outbox::prune_outbox,
    retry::{Backoff, delay_after},
    session::Session,
    spans,
};
use batch::{BATCH, Failure, Pending};

/// Until the next look after a batch that was not full: while events come singly but often, a look, a wait for confirms and
/// a mark are for all that came meanwhile. The first after a rest goes at once.
const LINGER: Duration = Duration::from_millis(20);
/// How often old rows are deleted.
const PRUNE_EVERY: Duration = Duration::from_secs(600);
/// The longest pause after the bus could not be reached: everything waits on it, so not the full 30 s.
const BUS_PAUSE: Duration = Duration::from_secs(2);

/// Wakes a relay of this process. Never needed for being right, nor for being quick (the outbox notifies): it saves
/// the few milliseconds until the notification is seen.
#[derive(Clone, Debug)]
pub struct RelayWaker(Arc<Notify>);

impl RelayWaker {
    /// Call it after a commit.
    pub fn wake(&self) {
        failpoints::fail_point!("outbox::committed");
        self.0.notify_one();
    }
}

/// Publishes what the outbox holds.
pub struct Relay {
    db: Db,
    bus: Arc<dyn Bus>,
    name: String,
    wake: Arc<Notify>,
    publisher: Option<Box<dyn Publisher>>,
    /// Queues to declare before the first event is published.
    topology: Vec<QueueSpec>,
    tracer: Tracer,
    /// Events that failed in the last step.
    failed: usize,
    /// Looks in a row that found nothing while a writer was at work.
    vain: u32,
}

impl Relay {
    /// A relay for the outbox in the schema of `db`. `name` is the service's, for logs and for the lock.
    #[must_use]
    pub fn new(db: Db, bus: Arc<dyn Bus>, name: &str) -> Self {
        Self {
            db,
            bus,
            name: name.to_owned(),
            wake: Arc::new(Notify::new()),
            publisher: None,
            topology: Vec::new(),
            tracer: Tracer::default(),
            failed: 0,
            vain: 0,
        }
    }

    /// The same relay, declaring these queues (name, patterns) before it publishes: an event then finds its
    /// consumers' queues whichever service started first.
    #[must_use]
    pub fn declaring(mut self, queues: &[(&str, &[&str])]) -> Self {
        self.topology = queues.iter().map(|(name, bindings)| QueueSpec::new(name, bindings)).collect();
        self
    }

    /// The same relay with a span for each event that it sends.
    #[must_use]
    pub fn traced(mut self, tracer: Tracer) -> Self {
        self.tracer = tracer;
        self
    }

    /// A handle that wakes this relay.
    #[must_use]
    pub fn waker(&self) -> RelayWaker {
        RelayWaker(Arc::clone(&self.wake))
    }

    /// One batch of at most 100 events: publish, wait for the confirms, mark. Returns how many were marked as sent.
    /// A failed event is tried again later (0.1 → 30 s), and the later ones of its aggregate wait behind it.
    ///
    /// # Errors
    /// When the database or the bus cannot be reached. No row is touched then.
    pub async fn step(&mut self) -> anyhow::Result<usize> {
        self.failed = 0;
        let pending: Vec<Pending> = self.db.read(|conn| Ok::<_, anyhow::Error>(batch::due(conn)?)).await?;
        if pending.is_empty() {
            return Ok(0);
        }
        let messages: Vec<OutgoingMessage> = pending.iter().map(Pending::message).collect();
        failpoints::fail_point!("relay::read");
        let began = SystemTime::now();
        let results = self.publish(&messages).await?;
        spans::sent(&self.tracer, self.bus.name(), began, &messages, &results);
        failpoints::fail_point!("relay::confirmed");
        self.settle(&pending, &results).await
    }

    async fn publish(
        &mut self,
        messages: &[OutgoingMessage],
    ) -> anyhow::Result<Vec<Result<(), PublishError>>> {
        let mut publisher = match self.publisher.take() {
            Some(publisher) => publisher,
            None => self.open().await?,
        };
        let results = publisher.publish(messages).await;
        // After a broken connection or a lost confirm nothing in flight can be trusted: the next step starts anew.
        let broken = |result: &Result<(), PublishError>| {
            matches!(result, Err(PublishError::Disconnected(_) | PublishError::Timeout))
        };
        if !results.iter().any(broken) {
            self.publisher = Some(publisher);
        }
        Ok(results)
    }

    /// A publisher, once the queues are there: also after a broker that lost its data has come back.
    async fn open(&self) -> anyhow::Result<Box<dyn Publisher>> {
        for queue in &self.topology {
            self.bus.declare(queue).await?;
        }
        self.bus.publisher().await
    }

    /// Marks what was taken and puts off what failed.
    async fn settle(
        &mut self,
        pending: &[Pending],
        results: &[Result<(), PublishError>],
    ) -> anyhow::Result<usize> {
        let mut sent = Vec::with_capacity(pending.len());
        let mut failures = Vec::new();
        let mut unreachable = None;
        for (event, result) in pending.iter().zip(results) {
            match result {
                Ok(()) => sent.push(event.id),
                Err(PublishError::HeldBack) => {}
                // Says nothing about this event, so it is not put off: it goes as soon as the bus is back.
                Err(PublishError::Disconnected(reason)) => unreachable = Some(reason.clone()),
                Err(error) => {
                    let failures_so_far = event.attempts.unsigned_abs().saturating_add(1);
                    let seconds = delay_after(failures_so_far).as_secs_f64();
                    log::warn!(
                        event_id:display = event.event_id, routing_key = event.routing_key.as_str();
                        "{} relay: {error} (attempt {failures_so_far}); again in {seconds:.1} s", self.name
                    );
                    failures.push(Failure { id: event.id, seconds });
                }
            }
        }
        let marked = sent.len();
        self.failed = failures.len();
        for (result, events) in [("sent", marked), ("failed", self.failed)] {
            metrics::counter!("outbox_publishes_total", "service" => self.name.clone(), "result" => result)
                .increment(events as u64);
        }
        if marked + failures.len() > 0 {
            let work = move |conn: &mut _| Ok::<_, anyhow::Error>(batch::settle(conn, &sent, &failures)?);
            self.db.autocommit(work).await?;
        }
        match unreachable {
            Some(reason) if marked == 0 => Err(anyhow::anyhow!("the bus cannot be reached: {reason}")),
            _ => Ok(marked),
        }
    }

    /// Runs until `stop`: takes the service's relay lock, then steps whenever there is something to do. When told to
    /// stop, it first sends what is committed, as long as that goes well.
    pub async fn run(mut self, stop: CancellationToken) {
        let session = match self.lead() {
            Ok(session) => session,
            Err(error) => return log::error!("{} relay: {error:#}", self.name),
        };
        for result in ["sent", "failed"] {
            metrics::counter!("outbox_publishes_total", "service" => self.name.clone(), "result" => result)
                .increment(0);
        }
        let mut backoff = Backoff::up_to(BUS_PAUSE);
        let mut pruned = Instant::now();
        while !stop.is_cancelled() {
            tokio::select! {
                () = stop.cancelled() => return,
                ready = session.ready() => if ready.is_err() { return },
            }
            let pause = match self.step().await {
                Ok(0) if self.failed == 0 => {
                    backoff.reset();
                    if pruned.elapsed() > PRUNE_EVERY {
                        self.prune().await;
                        pruned = Instant::now();
                    }
                    tokio::select! {
                        () = stop.cancelled() => {}
                        () = self.rest(&session) => {}
                    }
                    continue;
                }
                Ok(0) => delay_after(1),
                Ok(sent) => {
                    backoff.reset();
                    self.vain = 0;
                    if sent < BATCH { LINGER } else { continue }
                }
                Err(error) => {
                    log::warn!("{} relay: {error:#}", self.name);
                    backoff.next_delay()
                }
            };
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
        while let Ok(1..) = self.step().await {}
    }

    fn lead(&self) -> anyhow::Result<Session> {
        rest::lead(self.db.url(), &self.name, Arc::clone(&self.wake))
    }

    async fn prune(&self) {
        match prune_outbox(&self.db).await {
            Ok(0) => {}
            Ok(count) => log::info!("{} relay: deleted {count} old outbox rows", self.name),
            Err(error) => log::warn!("{} relay: deleting old outbox rows: {error:#}", self.name),
        }
    }
}
