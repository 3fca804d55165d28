//! The bus between services: one trait, two adapters. RabbitMQ where there is one; tables in Postgres where Docket
//! runs by itself. Which one is configuration, never what happens to be installed, and both pass the same tests.

pub mod message;
pub mod postgres;
pub mod rabbitmq;
pub mod settings;
pub mod topic;

use std::sync::Arc;

use anyhow::Context;
use async_trait::async_trait;

pub use message::{DeadLetter, Delivery, OutgoingMessage, PublishError, QueueSpec};
pub use settings::{BusKind, BusOptions, BusSettings};

/// How often a message may come back undone before it becomes a dead letter: it kills whoever takes it.
pub(crate) const DELIVERY_LIMIT: i32 = 20;

/// Where messages go.
#[async_trait]
pub trait Bus: Send + Sync {
    /// `postgres` or `rabbitmq`.
    fn name(&self) -> &'static str;

    /// Something to publish with. It keeps what it needs open, so make one and keep it.
    async fn publisher(&self) -> anyhow::Result<Box<dyn Publisher>>;

    /// Declares the queue and takes its messages. Of several subscriptions to a queue, one is active; the others
    /// wait until it ends.
    async fn subscribe(&self, queue: &QueueSpec) -> anyhow::Result<Box<dyn Subscription>>;

    /// Makes the queue and its bindings, if they are not there. Bindings are added, never taken away.
    async fn declare(&self, queue: &QueueSpec) -> anyhow::Result<()>;

    /// The queue's oldest dead letters, at most `limit`, without taking them.
    async fn dead_letters(&self, queue: &str, limit: usize) -> anyhow::Result<Vec<DeadLetter>>;

    /// How many dead letters the queue has.
    async fn dead_letter_count(&self, queue: &str) -> anyhow::Result<u64>;

    /// Puts the queue's dead letters back into the queue; returns how many. What was dealt with meanwhile is
    /// dropped by the inbox, so doing this twice changes nothing.
    async fn redrive(&self, queue: &str) -> anyhow::Result<u64>;

    /// Deletes the queue's dead letters for good; returns how many.
    async fn drop_dead_letters(&self, queue: &str) -> anyhow::Result<u64>;

    /// Messages in the queue, waiting or in a consumer's hands. RabbitMQ tells only those in the hands of this
    /// process (another one holds 100 at most).
    async fn depth(&self, queue: &str) -> anyhow::Result<u64>;

    /// Deletes the queue with all that is in it, and its dead letters. For tests.
    async fn remove(&self, queue: &str) -> anyhow::Result<()>;
}

/// Publishes.
#[async_trait]
pub trait Publisher: Send + Sync {
    /// Publishes `batch` and waits for the bus. One result per message, in their order; `Ok` means that the bus
    /// holds it durably in at least one queue. When a message fails, the later ones of the same aggregate are not
    /// published ([`PublishError::HeldBack`]): order within an aggregate is kept.
    async fn publish(&mut self, batch: &[OutgoingMessage]) -> Vec<Result<(), PublishError>>;
}

/// Takes messages from one queue. Dropping it gives back what was not acknowledged.
#[async_trait]
pub trait Subscription: Send + Sync {
    /// Waits for at least one message, then returns what is there, `max` at most, in the queue's order. May be
    /// dropped at any time without losing one.
    async fn next(&mut self, max: usize) -> anyhow::Result<Vec<Delivery>>;

    /// The messages are dealt with.
    async fn ack(&mut self, deliveries: &[Delivery]) -> anyhow::Result<()>;

    /// Moves a message to the queue's dead letters, with the reason.
    async fn dead_letter(&mut self, delivery: Delivery, reason: &str) -> anyhow::Result<()>;
}

/// The bus. Connections are made when they are first needed and made again when they break, so this succeeds while
/// the broker is down.
///
/// # Errors
/// When the settings lack the URL of the chosen adapter.
pub async fn connect(settings: &BusSettings) -> anyhow::Result<Arc<dyn Bus>> {
    Ok(match settings.kind {
        BusKind::Postgres => {
            Arc::new(postgres::PostgresBus::new(settings.database_url.clone(), settings.prefix.clone()))
        }
        BusKind::RabbitMq => {
            let url = settings.amqp_url.clone().context("AMQP_URL is needed for the RabbitMQ bus")?;
            Arc::new(rabbitmq::RabbitMqBus::new(url, settings.prefix.clone()))
        }
    })
}
