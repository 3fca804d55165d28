//! Publishing a batch, pipelined, and in order for each aggregate.

use std::collections::{HashMap, HashSet};

use async_trait::async_trait;
use uuid::Uuid;

use super::{
    confirms::{self, Outgoing},
    link::{self, Link},
    properties, topology,
};
use crate::bus::{OutgoingMessage, PublishError, Publisher};

pub(super) struct RabbitMqPublisher {
    url: String,
    exchange: String,
    link: Option<Link>,
}

impl RabbitMqPublisher {
    pub fn new(url: String, exchange: String) -> Self {
        Self { url, exchange, link: None }
    }

    async fn link(&mut self) -> anyhow::Result<Link> {
        if let Some(link) = self.link.take().filter(Link::stands) {
            return Ok(link);
        }
        let link = Link::open(&self.url, "docket publisher").await?;
        let declared = topology::declare_exchange(&link.channel, &self.exchange);
        link::in_time("declaring the exchange", declared).await?;
        Ok(link)
    }
}

#[async_trait]
impl Publisher for RabbitMqPublisher {
    async fn publish(&mut self, batch: &[OutgoingMessage]) -> Vec<Result<(), PublishError>> {
        let link = match self.link().await {
            Ok(link) => link,
            Err(error) => return vec![Err(PublishError::Disconnected(format!("{error:#}"))); batch.len()],
        };
        let mut results = vec![Err(PublishError::HeldBack); batch.len()];
        let mut failed = HashSet::new();
        for wave in waves(batch) {
            let wave: Vec<usize> =
                wave.into_iter().filter(|&place| !failed.contains(&batch[place].aggregate_id)).collect();
            let outgoing = wave.iter().map(|&place| outgoing(&batch[place])).collect();
            let outcomes = confirms::publish(&link.channel, &self.exchange, outgoing).await;
            for (place, outcome) in wave.into_iter().zip(outcomes) {
                if outcome.is_err() {
                    failed.insert(batch[place].aggregate_id);
                }
                results[place] = outcome;
            }
            if results.iter().any(is_broken) {
                // The link goes with all that is in flight on it.
                return results;
            }
        }
        self.link = Some(link);
        results
    }
}

fn is_broken(result: &Result<(), PublishError>) -> bool {
    matches!(result, Err(PublishError::Timeout | PublishError::Disconnected(_)))
}

fn outgoing(message: &OutgoingMessage) -> Outgoing<'_> {
    Outgoing {
        routing_key: &message.routing_key,
        body: message.body.as_bytes(),
        properties: properties::of_event(message),
    }
}

/// Places in the batch, in waves: the first event of each aggregate, then the second of each, and so on. One wave is
/// confirmed before the next one starts, so that no event can overtake one of its aggregate that the broker refuses.
fn waves(batch: &[OutgoingMessage]) -> Vec<Vec<usize>> {
    let mut waves: Vec<Vec<usize>> = Vec::new();
    let mut seen: HashMap<Uuid, usize> = HashMap::new();
    for (place, message) in batch.iter().enumerate() {
        let turn = seen.entry(message.aggregate_id).or_default();
        if waves.len() == *turn {
            waves.push(Vec::new());
        }
        waves[*turn].push(place);
        *turn += 1;
    }
    waves
}

#[cfg(test)]
mod tests {
    use chrono::Utc;

    use super::*;

    #[test]
    fn each_wave_has_at_most_one_event_of_an_aggregate() {
        let (a, b, c) = (Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3));
        let batch: Vec<_> = [a, a, b, a, b, c]
            .into_iter()
            .map(|aggregate_id| OutgoingMessage {
                event_id: Uuid::new_v4(),
                aggregate_id,
                routing_key: "task.created".to_owned(),
                body: String::new(),
                created_at: Utc::now(),
            })
            .collect();
        assert_eq!(waves(&batch), [vec![0, 2, 5], vec![1, 4], vec![3]]);
        assert!(waves(&[]).is_empty());
    }
}
