//! Dead letters: a queue beside each queue. Ours are put there with a reason; the broker puts there what came back
//! undone too often.

use std::time::Duration;

use anyhow::Context;
use lapin::{
    Channel,
    message::Delivery,
    options::{BasicAckOptions, BasicGetOptions, BasicNackOptions, ConfirmSelectOptions, QueuePurgeOptions},
    protocol::constants::REPLY_SUCCESS,
};
use tokio::time::Instant;

use super::{
    confirms::{self, Outgoing},
    properties, topology,
};
use crate::bus::DeadLetter;

/// How long what was only looked at may take to be back in its queue.
const GIVEN_BACK: Duration = Duration::from_secs(2);
const LOOK_AGAIN: Duration = Duration::from_millis(5);

/// Looks at letters: takes them, gives them back, and waits until they are back, so that a redrive finds them.
pub(super) async fn list(channel: &Channel, dead: &str, limit: usize) -> anyhow::Result<Vec<DeadLetter>> {
    let mut letters = Vec::new();
    let mut last = None;
    let there = topology::ready(channel, dead).await?;
    while letters.len() < limit && (letters.len() as u64) < there {
        let Some(message) = channel.basic_get(dead.into(), BasicGetOptions::default()).await? else { break };
        last = Some(message.delivery.delivery_tag);
        letters.push(letter(&message.delivery));
    }
    if let Some(last) = last {
        channel.basic_nack(last, BasicNackOptions { multiple: true, requeue: true }).await?;
        let give_up = Instant::now() + GIVEN_BACK;
        while topology::ready(channel, dead).await? < there && Instant::now() < give_up {
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }
    if channel.status().connected() {
        channel.close(REPLY_SUCCESS, "OK".into()).await?;
    }
    Ok(letters)
}

fn letter(delivery: &Delivery) -> DeadLetter {
    DeadLetter {
        event_id: properties::event_id(&delivery.properties),
        routing_key: properties::original_routing_key(&delivery.properties).unwrap_or_default(),
        reason: properties::reason(&delivery.properties),
        body: String::from_utf8_lossy(&delivery.data).into_owned(),
        died_at: properties::died_at(&delivery.properties),
    }
}

/// Moves back what is there now, each one confirmed by the queue before it leaves the dead letters.
pub(super) async fn redrive(channel: &Channel, dead: &str, queue: &str) -> anyhow::Result<u64> {
    let there = topology::ready(channel, dead).await?;
    if there == 0 {
        return Ok(0);
    }
    channel.confirm_select(ConfirmSelectOptions::default()).await?;
    let mut moved = 0;
    // Not "until it is empty": what cannot be dealt with comes back while this runs.
    while moved < there {
        let Some(message) = channel.basic_get(dead.into(), BasicGetOptions::default()).await? else { break };
        let delivery = message.delivery;
        let letter = Outgoing {
            routing_key: queue,
            body: &delivery.data,
            properties: properties::of_redriven(delivery.properties),
        };
        for result in confirms::publish(channel, "", vec![letter]).await {
            result.context("moving a dead letter back")?;
        }
        channel.basic_ack(delivery.delivery_tag, BasicAckOptions::default()).await?;
        moved += 1;
    }
    channel.close(REPLY_SUCCESS, "OK".into()).await?;
    Ok(moved)
}

/// Deletes them.
pub(super) async fn discard(channel: &Channel, dead: &str) -> anyhow::Result<u64> {
    if topology::ready(channel, dead).await? == 0 {
        return Ok(0);
    }
    Ok(u64::from(channel.queue_purge(dead.into(), QueuePurgeOptions::default()).await?))
}
