//! Webhooks: somebody's own programs are told over HTTP, signed after the Standard Webhooks specification.
//!
//! What is to be told becomes a row in the transaction of the event ([`enqueue`]); the [`Sender`] leases rows ([`queue`]),
//! makes the request ([`attempt`], through the [`guard`] that keeps it away from private networks), and writes down what
//! became of it ([`verdict`]). The rest is how people manage them.

pub mod address;
pub mod api;
pub mod attempt;
pub mod deliveries_api;
mod disabling;
pub mod enqueue;
pub mod event_type;
pub mod guard;
pub mod model;
pub mod operations;
pub mod queries;
pub mod queue;
mod quiet;
pub mod requests;
pub mod secret;
mod sender;
mod settle;
pub mod target;
pub mod trust;
pub mod verdict;
pub mod views;

use std::sync::Arc;

use service_kit::seal::SealingKey;
use tokio::sync::Notify;

pub use sender::Sender;

/// What both the handlers and the sender have of webhooks. Cheap to clone.
#[derive(Clone)]
pub struct Webhooks {
    /// Where they may lead.
    pub policy: target::Policy,
    /// Whom they believe.
    pub trust: trust::Trust,
    /// Seals their secrets.
    pub key: SealingKey,
    /// Wakes the sender of this process.
    pub waker: Waker,
}

impl Webhooks {
    /// Leading to public addresses and to `allowed` networks; secrets are sealed under a key made of `setting`.
    #[must_use]
    pub fn new(allowed: Vec<ipnet::IpNet>, trust: trust::Trust, setting: &str) -> Self {
        Self {
            policy: target::Policy::new(allowed),
            trust,
            key: SealingKey::derive(setting.as_bytes(), "seal webhook secret"),
            waker: Waker::default(),
        }
    }
}

/// Says that there is something to send. Cheap to clone.
#[derive(Clone, Default)]
pub struct Waker(Arc<Notify>);

impl Waker {
    /// Something was committed.
    pub fn wake(&self) {
        self.0.notify_one();
    }

    async fn woken(&self) {
        self.0.notified().await;
    }
}
