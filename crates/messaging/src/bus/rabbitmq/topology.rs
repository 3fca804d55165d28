//! Names and shapes of exchange and queues.

use lapin::{
    Channel, ErrorKind, ExchangeKind,
    options::{
        ExchangeDeclareOptions, ExchangeDeleteOptions, QueueBindOptions, QueueDeclareOptions,
        QueueDeleteOptions,
    },
    protocol::constants::REPLY_SUCCESS,
    types::{AMQPValue, FieldTable},
};

use crate::bus::{DELIVERY_LIMIT, QueueSpec};

/// AMQP's number for a thing that is not there.
const NOT_FOUND: u16 = 404;
/// For dead-letter queues: looking at letters counts as a delivery, and no number of looks may make them vanish
/// (RabbitMQ 4 has a limit of 20 where none is given; 3 knows no way to say "none").
const LOOKS: i64 = 1_000_000_000;

/// What things are called, with the prefix.
#[derive(Clone)]
pub(super) struct Names {
    prefix: String,
}

impl Names {
    pub fn new(prefix: String) -> Self {
        Self { prefix }
    }

    pub fn exchange(&self) -> String {
        format!("{}{}", self.prefix, events::routing::EXCHANGE)
    }

    pub fn queue(&self, queue: &str) -> String {
        format!("{}{queue}", self.prefix)
    }

    pub fn dead(&self, queue: &str) -> String {
        format!("{}{queue}.dead", self.prefix)
    }
}

/// Makes the exchange.
pub(super) async fn declare_exchange(channel: &Channel, exchange: &str) -> anyhow::Result<()> {
    let options = ExchangeDeclareOptions { durable: true, ..ExchangeDeclareOptions::default() };
    channel.exchange_declare(exchange.into(), ExchangeKind::Topic, options, FieldTable::default()).await?;
    Ok(())
}

/// Makes the exchange, the queue, its dead-letter queue and its bindings. The same again changes nothing; a queue
/// of that name and another shape is an error.
pub(super) async fn declare(channel: &Channel, names: &Names, queue: &QueueSpec) -> anyhow::Result<()> {
    let (exchange, name, dead) = (names.exchange(), names.queue(&queue.name), names.dead(&queue.name));
    declare_exchange(channel, &exchange).await?;
    channel.queue_declare(dead.as_str().into(), QueueDeclareOptions::durable(), dead_shape()).await?;
    channel.queue_declare(name.as_str().into(), QueueDeclareOptions::durable(), shape(&dead)).await?;
    for pattern in &queue.bindings {
        channel
            .queue_bind(
                name.as_str().into(),
                exchange.as_str().into(),
                pattern.as_str().into(),
                QueueBindOptions::default(),
                FieldTable::default(),
            )
            .await?;
    }
    Ok(())
}

/// Dead-lettering is at most once unless it is asked for otherwise, and that needs `reject-publish`.
fn shape(dead: &str) -> FieldTable {
    let mut arguments = quorum();
    arguments.insert("x-single-active-consumer".into(), AMQPValue::Boolean(true));
    arguments.insert("x-delivery-limit".into(), AMQPValue::LongLongInt(i64::from(DELIVERY_LIMIT)));
    arguments.insert("x-dead-letter-exchange".into(), text(""));
    arguments.insert("x-dead-letter-routing-key".into(), text(dead));
    arguments.insert("x-dead-letter-strategy".into(), text("at-least-once"));
    arguments.insert("x-overflow".into(), text("reject-publish"));
    arguments
}

fn dead_shape() -> FieldTable {
    let mut arguments = quorum();
    arguments.insert("x-delivery-limit".into(), AMQPValue::LongLongInt(LOOKS));
    arguments
}

fn quorum() -> FieldTable {
    let mut arguments = FieldTable::default();
    arguments.insert("x-queue-type".into(), text("quorum"));
    arguments
}

fn text(value: &str) -> AMQPValue {
    AMQPValue::LongString(value.into())
}

/// Messages that wait in a queue; 0 when there is no such queue.
pub(super) async fn ready(channel: &Channel, queue: &str) -> anyhow::Result<u64> {
    let options = QueueDeclareOptions { passive: true, ..QueueDeclareOptions::default() };
    match channel.queue_declare(queue.into(), options, FieldTable::default()).await {
        Ok(queue) => Ok(u64::from(queue.message_count())),
        Err(error) if is_not_found(&error) => Ok(0),
        Err(error) => Err(error.into()),
    }
}

fn is_not_found(error: &lapin::Error) -> bool {
    matches!(error.kind(), ErrorKind::ProtocolError(error) if error.get_id() == NOT_FOUND)
}

/// Deletes the queue and its dead-letter queue; with a prefix (tests) also the exchange that nothing is bound to.
pub(super) async fn remove(channel: &Channel, names: &Names, queue: &str) -> anyhow::Result<()> {
    for name in [names.queue(queue), names.dead(queue)] {
        channel.queue_delete(name.into(), QueueDeleteOptions::default()).await?;
    }
    if !names.prefix.is_empty() {
        let options = ExchangeDeleteOptions { if_unused: true, ..ExchangeDeleteOptions::default() };
        // Another queue may still be bound: the last one takes the exchange along. The error closes the channel.
        if channel.exchange_delete(names.exchange().into(), options).await.is_err() {
            return Ok(());
        }
    }
    channel.close(REPLY_SUCCESS, "OK".into()).await?;
    Ok(())
}
