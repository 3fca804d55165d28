//! Publishing with proof. A confirm alone is none: the broker confirms also what it could not route, after sending
//! it back. lapin hands a returned message to whichever confirm completes next, so returns are told apart by their
//! `message_id`.

use std::{collections::HashSet, time::Duration};

use lapin::{BasicProperties, Channel, Confirmation, options::BasicPublishOptions};
use tokio::time::{Instant, timeout_at};

use crate::bus::PublishError;

/// How long the broker may take for what was published together.
const PATIENCE: Duration = Duration::from_secs(5);

/// One message to publish.
pub(super) struct Outgoing<'a> {
    pub routing_key: &'a str,
    pub body: &'a [u8],
    pub properties: BasicProperties,
}

/// Publishes all, then waits for all. One result per message, in their order.
pub(super) async fn publish(
    channel: &Channel,
    exchange: &str,
    messages: Vec<Outgoing<'_>>,
) -> Vec<Result<(), PublishError>> {
    let deadline = Instant::now() + PATIENCE;
    let options = BasicPublishOptions { mandatory: true, ..BasicPublishOptions::default() };
    let mut in_flight = Vec::with_capacity(messages.len());
    for message in messages {
        let id = message_id(&message.properties);
        let (key, body) = (message.routing_key.into(), message.body);
        let publish = channel.basic_publish(exchange.into(), key, options, body, message.properties);
        // Waits only while the broker does not read (memory or disk alarm).
        let confirm = match timeout_at(deadline, publish).await {
            Ok(Ok(confirm)) => Ok(confirm),
            Ok(Err(error)) => Err(PublishError::Disconnected(error.to_string())),
            Err(_) => Err(PublishError::Timeout),
        };
        in_flight.push((id, confirm));
    }
    failpoints::fail_point!("rabbitmq::published");
    let mut returned = HashSet::new();
    let mut results = Vec::with_capacity(in_flight.len());
    for (id, confirm) in in_flight {
        let result = match confirm {
            Ok(confirm) => match timeout_at(deadline, confirm).await {
                Ok(Ok(confirmation)) => judge(confirmation, &mut returned),
                Ok(Err(error)) => Err(PublishError::Disconnected(error.to_string())),
                Err(_) => Err(PublishError::Timeout),
            },
            Err(error) => Err(error),
        };
        results.push((id, result));
    }
    // Only now: a return may have come with the confirm of any other message.
    let unless_returned = |(id, result): (String, Result<(), PublishError>)| {
        if returned.contains(&id) { Err(PublishError::Unroutable) } else { result }
    };
    results.into_iter().map(unless_returned).collect()
}

fn judge(confirmation: Confirmation, returned: &mut HashSet<String>) -> Result<(), PublishError> {
    let result = match &confirmation {
        Confirmation::Ack(_) => Ok(()),
        Confirmation::Nack(_) => Err(PublishError::Refused("the queue is full or has no leader".to_owned())),
        Confirmation::NotRequested => {
            Err(PublishError::Disconnected("the channel does not confirm".to_owned()))
        }
    };
    if let Some(message) = confirmation.take_message() {
        returned.insert(message_id(&message.delivery.properties));
    }
    result
}

fn message_id(properties: &BasicProperties) -> String {
    properties.message_id().as_ref().map(|id| id.as_str().to_owned()).unwrap_or_default()
}
