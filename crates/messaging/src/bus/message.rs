//! What travels on the bus, without regard to the adapter.

use chrono::{DateTime, Utc};
use serde::Serialize;
use thiserror::Error;
use uuid::Uuid;

/// A queue and what it is to receive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueSpec {
    /// For instance `notification.events`. Also the consumer's name in the inbox.
    pub name: String,
    /// Topic patterns, for instance `task.*`: `*` stands for one word, `#` for any number.
    pub bindings: Vec<String>,
}

impl QueueSpec {
    /// A queue bound to `bindings`.
    #[must_use]
    pub fn new(name: &str, bindings: &[&str]) -> Self {
        Self { name: name.to_owned(), bindings: bindings.iter().map(|&binding| binding.to_owned()).collect() }
    }
}

/// A message to publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingMessage {
    /// The event's id; the AMQP `message_id`.
    pub event_id: Uuid,
    /// Whose order is to be kept.
    pub aggregate_id: Uuid,
    /// For instance `task.created`.
    pub routing_key: String,
    /// The CloudEvent, structured JSON.
    pub body: String,
    /// When the change was written.
    pub created_at: DateTime<Utc>,
}

/// Why a message is not on the bus. In every case it is safe to publish it again.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PublishError {
    /// No queue is bound to its routing key.
    #[error("no queue is bound to the routing key")]
    Unroutable,
    /// The bus would not take it (queue full).
    #[error("refused by the bus: {0}")]
    Refused(String),
    /// No confirm in time; it may be on the bus.
    #[error("not confirmed in time")]
    Timeout,
    /// The bus cannot be reached; it may be on the bus.
    #[error("the bus cannot be reached: {0}")]
    Disconnected(String),
    /// Not tried: an earlier message of the same aggregate failed.
    #[error("held back behind an earlier event of the same aggregate")]
    HeldBack,
}

/// A message in a consumer's hands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// `None` when the message carries no id that is a UUID.
    pub event_id: Option<Uuid>,
    /// As published.
    pub routing_key: String,
    /// As published; not yet parsed.
    pub body: Vec<u8>,
    /// True when it was delivered before.
    pub redelivered: bool,
    /// The adapter's name for this delivery.
    pub(crate) tag: u64,
}

/// A message that could not be dealt with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeadLetter {
    /// `None` when the message carries no id that is a UUID.
    pub event_id: Option<Uuid>,
    /// As published.
    pub routing_key: String,
    /// Why.
    pub reason: String,
    /// As published; what is not UTF-8 is replaced.
    pub body: String,
    /// When it was given up.
    pub died_at: Option<DateTime<Utc>>,
}
