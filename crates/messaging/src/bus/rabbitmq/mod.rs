//! The bus on RabbitMQ: a durable topic exchange, and a quorum queue with its dead-letter queue for each consumer.
//!
//! lapin's own recovery is not used: after any error the connection is dropped with all that was in flight, and the
//! next use makes a new one. What was not confirmed is published again, what was not acknowledged is delivered
//! again, and the inbox drops what that doubles.

mod confirms;
mod dead;
mod link;
mod outstanding;
mod properties;
mod publisher;
mod subscription;
mod topology;

use std::sync::Arc;

use async_trait::async_trait;
use lapin::{Channel, Connection, protocol::constants::REPLY_SUCCESS};
use tokio::sync::Mutex;

use crate::bus::{Bus, DeadLetter, Publisher, QueueSpec, Subscription};
use outstanding::Registry;
use topology::Names;

/// The adapter.
pub struct RabbitMqBus {
    url: String,
    names: Names,
    registry: Registry,
    /// For commands; publishers and subscriptions have connections of their own.
    commands: Mutex<Option<Arc<Connection>>>,
}

impl RabbitMqBus {
    /// A bus on the broker at `url` (`amqp://…`). Does not connect yet.
    #[must_use]
    pub fn new(url: String, prefix: String) -> Self {
        Self { url, names: Names::new(prefix), registry: Registry::default(), commands: Mutex::new(None) }
    }

    /// A fresh channel: an error closes it for good, so each command has its own.
    async fn channel(&self) -> anyhow::Result<Channel> {
        let mut slot = self.commands.lock().await;
        let connection = match slot.take().filter(|connection| connection.status().connected()) {
            Some(connection) => connection,
            None => Arc::new(link::connect(&self.url, "docket bus commands").await?),
        };
        link::in_time("opening a channel", slot.insert(connection).create_channel()).await
    }

    /// Messages that wait in the queue of this full name.
    async fn ready(&self, name: &str) -> anyhow::Result<u64> {
        let channel = self.channel().await?;
        let ready = topology::ready(&channel, name).await?;
        // A queue that is not there has closed it already.
        if channel.status().connected() {
            channel.close(REPLY_SUCCESS, "OK".into()).await?;
        }
        Ok(ready)
    }
}

#[async_trait]
impl Bus for RabbitMqBus {
    fn name(&self) -> &'static str {
        "rabbitmq"
    }

    async fn publisher(&self) -> anyhow::Result<Box<dyn Publisher>> {
        Ok(Box::new(publisher::RabbitMqPublisher::new(self.url.clone(), self.names.exchange())))
    }

    async fn subscribe(&self, queue: &QueueSpec) -> anyhow::Result<Box<dyn Subscription>> {
        let subscription =
            subscription::RabbitMqSubscription::open(&self.url, &self.names, queue, &self.registry).await?;
        Ok(Box::new(subscription))
    }

    async fn declare(&self, queue: &QueueSpec) -> anyhow::Result<()> {
        let channel = self.channel().await?;
        link::in_time("declaring a queue", topology::declare(&channel, &self.names, queue)).await
    }

    async fn dead_letters(&self, queue: &str, limit: usize) -> anyhow::Result<Vec<DeadLetter>> {
        dead::list(&self.channel().await?, &self.names.dead(queue), limit).await
    }

    async fn dead_letter_count(&self, queue: &str) -> anyhow::Result<u64> {
        self.ready(&self.names.dead(queue)).await
    }

    async fn redrive(&self, queue: &str) -> anyhow::Result<u64> {
        dead::redrive(&self.channel().await?, &self.names.dead(queue), &self.names.queue(queue)).await
    }

    async fn drop_dead_letters(&self, queue: &str) -> anyhow::Result<u64> {
        dead::discard(&self.channel().await?, &self.names.dead(queue)).await
    }

    async fn depth(&self, queue: &str) -> anyhow::Result<u64> {
        let name = self.names.queue(queue);
        Ok(self.ready(&name).await? + self.registry.held(&name))
    }

    async fn remove(&self, queue: &str) -> anyhow::Result<()> {
        topology::remove(&self.channel().await?, &self.names, queue).await
    }
}
