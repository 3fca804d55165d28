//! The consumer: takes events from its queue and does what follows from them, each once.

mod handler;

use std::{
    collections::VecDeque,
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use chrono::Utc;
use diesel::{PgConnection, result::Error as DieselError};
use events::Envelope;
use service_kit::{
    db::{Db, is_unavailable},
    trace::Tracer,
};
use tokio::time::timeout_at;
use tokio_util::sync::CancellationToken;

use crate::{
    bus::{Bus, Delivery, QueueSpec, Subscription},
    inbox,
    retry::Backoff,
    spans,
};

pub use handler::{EventHandler, HandleError};

/// Deliveries of one batch: one commit for all that follows from them.
const BATCH: usize = 32;
/// Deliveries in a consumer's hands, or on their way to it (RabbitMQ's prefetch). No more than that: of an event that
/// kills whoever takes it, all that were in those hands share its many deliveries, and become dead letters with it.
pub(crate) const PREFETCH: u16 = 32;
/// How long a batch that is not full waits for more, if another one was just dealt with: while events come singly but
/// often, one commit is for all that came meanwhile.
const LINGER: Duration = Duration::from_millis(20);
/// And after a rest: what was published together comes together. (A new task is told of twice: that it is, and whose.)
const COMPANY: Duration = Duration::from_millis(2);
/// How often a statement that the database refuses (as opposed to a database that is not there) is tried before the
/// event counts as one that cannot be dealt with. The queue waits meanwhile: about 6 s.
const REFUSALS: u32 = 8;
/// The longest pause after the database or the bus was away: everybody waits to be told, so not the full 30 s.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// How often old inbox rows are deleted.
const PRUNE_EVERY: Duration = Duration::from_secs(3600);
/// Longest dead-letter reason: it travels as a message header.
const REASON_CHARS: usize = 1000;

/// An event that parsed, with the delivery it came in.
struct Received {
    delivery: Delivery,
    event: Arc<Envelope>,
}

/// Handles one queue.
pub struct Consumer {
    db: Db,
    bus: Arc<dyn Bus>,
    queue: QueueSpec,
    handler: Arc<dyn EventHandler>,
    tracer: Tracer,
    subscription: Option<Box<dyn Subscription>>,
    /// Taken for the next batch.
    gathered: Vec<Delivery>,
    /// When the last batch was dealt with.
    last: Option<Instant>,
    /// Taken and not yet dealt with: what a passing fault left over.
    pending: VecDeque<Received>,
    /// Failures in a row of the event at the front.
    refusals: u32,
    /// An answer to the bus is under way. Found set by the next step: that answer was cut off, and nobody knows
    /// what the bus heard.
    answering: bool,
}

impl Consumer {
    /// A consumer of `queue`, whose name is also the consumer's in the inbox.
    #[must_use]
    pub fn new(db: Db, bus: Arc<dyn Bus>, queue: QueueSpec, handler: Arc<dyn EventHandler>) -> Self {
        Self {
            db,
            bus,
            queue,
            handler,
            tracer: Tracer::default(),
            subscription: None,
            gathered: Vec::new(),
            last: None,
            pending: VecDeque::new(),
            refusals: 0,
            answering: false,
        }
    }

    /// The same consumer with a span for each event that it handles.
    #[must_use]
    pub fn traced(mut self, tracer: Tracer) -> Self {
        self.tracer = tracer;
        self
    }

    /// One batch of at most 32 deliveries (waits for the first): inbox rows and effects in one transaction, then the
    /// acknowledgement. If that fails, one by one, so that only the bad event becomes a dead letter or is tried
    /// again. Returns how many deliveries left the queue. May be dropped at any time.
    ///
    /// # Errors
    /// A passing fault: the next step goes on with the same event. The bus's, after which the queue is subscribed
    /// anew.
    pub async fn step(&mut self) -> anyhow::Result<usize> {
        if std::mem::take(&mut self.answering) {
            self.pending.clear();
            self.unsubscribe();
        }
        let outcome = self.advance().await;
        if outcome.is_err() && self.pending.is_empty() {
            self.unsubscribe();
        }
        if outcome.is_ok() {
            self.last = Some(Instant::now());
        }
        outcome
    }

    async fn advance(&mut self) -> anyhow::Result<usize> {
        if !self.pending.is_empty() {
            return self.one_by_one().await;
        }
        self.gather().await?;
        let deliveries = std::mem::take(&mut self.gathered);
        let dead = self.parse(deliveries).await?;
        if self.pending.is_empty() {
            return Ok(dead);
        }
        failpoints::fail_point!("consumer::delivered");
        let events: Vec<Arc<Envelope>> = self.pending.iter().map(|one| Arc::clone(&one.event)).collect();
        match self.handle(events).await {
            Ok(()) => {
                let done: Vec<Delivery> = self.pending.drain(..).map(|one| one.delivery).collect();
                self.ack(&done).await?;
                Ok(dead + done.len())
            }
            Err(_) => Ok(dead + self.one_by_one().await?),
        }
    }

    /// Waits for the first delivery, and a moment for more.
    async fn gather(&mut self) -> anyhow::Result<()> {
        if self.gathered.is_empty() {
            self.gathered = self.subscription().await?.next(BATCH).await?;
        }
        let is_rested = self.last.is_none_or(|last| last.elapsed() > LINGER);
        let until = tokio::time::Instant::now() + if is_rested { COMPANY } else { LINGER };
        while self.gathered.len() < BATCH {
            let room = BATCH - self.gathered.len();
            match timeout_at(until, self.subscription().await?.next(room)).await {
                Ok(more) => self.gathered.extend(more?),
                Err(_) => break,
            }
        }
        Ok(())
    }

    /// What was taken and not answered is delivered again.
    fn unsubscribe(&mut self) {
        self.gathered.clear();
        self.subscription = None;
    }

    async fn subscription(&mut self) -> anyhow::Result<&mut Box<dyn Subscription>> {
        let subscription = match self.subscription.take() {
            Some(subscription) => subscription,
            None => self.bus.subscribe(&self.queue).await?,
        };
        Ok(self.subscription.insert(subscription))
    }

    /// Sets the events that parse as pending; the others become dead letters. Returns how many of those.
    async fn parse(&mut self, deliveries: Vec<Delivery>) -> anyhow::Result<usize> {
        let mut dead = 0;
        let mut received = VecDeque::with_capacity(deliveries.len());
        for delivery in deliveries {
            match parse(&delivery.body) {
                Ok(event) => received.push_back(Received { delivery, event: Arc::new(event) }),
                Err(reason) => {
                    self.bury(delivery, &reason).await?;
                    dead += 1;
                }
            }
        }
        self.pending = received;
        Ok(dead)
    }

    async fn one_by_one(&mut self) -> anyhow::Result<usize> {
        let mut settled = 0;
        while let Some(event) = self.pending.front().map(|one| Arc::clone(&one.event)) {
            let outcome = self.handle(vec![event]).await;
            let verdict = match self.verdict(outcome) {
                Ok(verdict) => verdict,
                // The next step meets the same fault first, and reports it.
                Err(_) if settled > 0 => return Ok(settled),
                Err(error) => return Err(error),
            };
            self.refusals = 0;
            let Some(Received { delivery, .. }) = self.pending.pop_front() else { break };
            let answered = match verdict {
                None => self.ack(std::slice::from_ref(&delivery)).await,
                Some(reason) => self.bury(delivery, &reason).await,
            };
            if let Err(error) = answered {
                // The bus delivers all of them again.
                self.pending.clear();
                return Err(error);
            }
            settled += 1;
        }
        Ok(settled)
    }

    /// `None`: done. `Some`: a dead letter, and why.
    fn verdict(&mut self, outcome: Result<(), HandleError>) -> anyhow::Result<Option<String>> {
        match outcome {
            Ok(()) => Ok(None),
            Err(HandleError::Permanent(reason)) => Ok(Some(reason)),
            Err(HandleError::Passing(error)) => {
                if is_refusal(&error) {
                    self.refusals += 1;
                    if self.refusals >= REFUSALS {
                        return Ok(Some(format!("refused by the database {REFUSALS} times: {error:#}")));
                    }
                }
                Err(error)
            }
        }
    }

    /// Inbox rows and effects of `events`, in one transaction.
    async fn handle(&self, events: Vec<Arc<Envelope>>) -> Result<(), HandleError> {
        let (handler, consumer) = (Arc::clone(&self.handler), self.queue.name.clone());
        let (began, kept) = (SystemTime::now(), events.clone());
        let work = move |conn: &mut PgConnection| handle(conn, &*handler, &consumer, &events);
        let outcome = self.db.transaction(work).await;
        self.trace(began, &kept, outcome.as_ref().err());
        outcome?;
        failpoints::fail_point!("consumer::committed");
        self.handler.committed(&kept);
        self.record(&kept);
        Ok(())
    }

    /// How old the events were when what follows from them was committed.
    fn record(&self, events: &[Arc<Envelope>]) {
        let age = metrics::histogram!("event_handled_age_seconds", "queue" => self.queue.name.clone());
        let now = Utc::now();
        for event in events {
            age.record((now - event.time).as_seconds_f64().max(0.0));
        }
    }

    /// A batch that failed says nothing of any one event: each is tried, and told, by itself then.
    fn trace(&self, began: SystemTime, events: &[Arc<Envelope>], failure: Option<&HandleError>) {
        if failure.is_some() && events.len() > 1 {
            return;
        }
        for event in events {
            let failure = failure.map(ToString::to_string);
            spans::handled(&self.tracer, self.bus.name(), began, &self.queue.name, event, failure);
        }
    }

    async fn ack(&mut self, done: &[Delivery]) -> anyhow::Result<()> {
        self.answering = true;
        let outcome = self.subscription().await?.ack(done).await;
        failpoints::fail_point!("consumer::acknowledged");
        self.answering = false;
        outcome
    }

    async fn bury(&mut self, delivery: Delivery, reason: &str) -> anyhow::Result<()> {
        let reason: String = reason.chars().take(REASON_CHARS).collect();
        log::error!(queue = self.queue.name.as_str(), routing_key = delivery.routing_key.as_str();
            "dead letter {}: {reason}", delivery.event_id.map(|id| id.to_string()).unwrap_or_default());
        metrics::counter!("dead_letters_total", "queue" => self.queue.name.clone()).increment(1);
        self.answering = true;
        let outcome = self.subscription().await?.dead_letter(delivery, &reason).await;
        self.answering = false;
        outcome
    }

    /// Runs until `stop`. What is in work then is not finished: it is delivered again.
    pub async fn run(mut self, stop: CancellationToken) {
        metrics::counter!("dead_letters_total", "queue" => self.queue.name.clone()).increment(0);
        let mut backoff = Backoff::up_to(LONGEST_PAUSE);
        let mut pruned: Option<Instant> = None;
        loop {
            let outcome = tokio::select! {
                () = stop.cancelled() => return,
                outcome = self.step() => outcome,
            };
            match outcome {
                Ok(_) => backoff.reset(),
                Err(error) => {
                    let delay = backoff.next_delay();
                    log::warn!(queue = self.queue.name.as_str();
                        "consumer: {error:#}; again in {:.1} s", delay.as_secs_f64());
                    tokio::select! {
                        () = stop.cancelled() => return,
                        () = tokio::time::sleep(delay) => {}
                    }
                }
            }
            if pruned.is_none_or(|at| at.elapsed() > PRUNE_EVERY) {
                pruned = Some(Instant::now());
                if let Err(error) = inbox::prune_inbox(&self.db).await {
                    log::warn!("deleting old inbox rows: {error:#}");
                }
            }
        }
    }
}

fn parse(body: &[u8]) -> Result<Envelope, String> {
    let event: Envelope =
        serde_json::from_slice(body).map_err(|error| format!("not a CloudEvent of ours: {error}"))?;
    if event.specversion != "1.0" {
        return Err(format!("unknown CloudEvents version {}", event.specversion));
    }
    if event.routing_key().is_none() {
        return Err(format!("unknown event type {}", event.kind));
    }
    Ok(event)
}

fn handle(
    conn: &mut PgConnection,
    handler: &dyn EventHandler,
    consumer: &str,
    events: &[Arc<Envelope>],
) -> Result<(), HandleError> {
    let ids: Vec<_> = events.iter().map(|event| event.id).collect();
    let mut new = inbox::first_times(conn, consumer, &ids)?;
    // An event may be in one batch twice: the first one counts.
    let unseen: Vec<&Envelope> =
        events.iter().map(|event| &**event).filter(|event| new.remove(&event.id)).collect();
    if !unseen.is_empty() {
        handler.handle_all(conn, &unseen)?;
    }
    failpoints::fail_point!("consumer::handled");
    Ok(())
}

/// The database answered, and said no: trying again is unlikely to help.
fn is_refusal(error: &anyhow::Error) -> bool {
    error.downcast_ref::<DieselError>().is_some_and(|error| !is_unavailable(error))
}
