//! Taking messages from a queue.

use std::{collections::HashMap, sync::Arc, time::Duration};

use anyhow::{Context, bail};
use async_trait::async_trait;
use futures_util::StreamExt;
use lapin::{
    BasicProperties, Channel,
    message::Delivery as AmqpDelivery,
    options::{BasicAckOptions, BasicConsumeOptions, BasicQosOptions},
    types::FieldTable,
};
use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    time::timeout,
};

use super::{
    confirms::{self, Outgoing},
    link::{self, Link},
    outstanding::{Outstanding, Registry},
    properties,
    topology::{self, Names},
};
use crate::{
    bus::{Delivery, QueueSpec, Subscription},
    consumer::PREFETCH,
};

/// How often a waiting subscription looks whether its connection still stands.
const WATCH: Duration = Duration::from_secs(1);

pub(super) struct RabbitMqSubscription {
    link: Link,
    incoming: UnboundedReceiver<lapin::Result<AmqpDelivery>>,
    outstanding: Arc<Outstanding>,
    /// Properties of the deliveries that were handed out: a dead letter keeps them.
    properties: HashMap<u64, BasicProperties>,
    dead: String,
}

impl RabbitMqSubscription {
    pub async fn open(
        url: &str,
        names: &Names,
        queue: &QueueSpec,
        registry: &Registry,
    ) -> anyhow::Result<Self> {
        let name = names.queue(&queue.name);
        let link = Link::open(url, &format!("docket consumer of {name}")).await?;
        link::in_time("declaring a queue", topology::declare(&link.channel, names, queue)).await?;
        link::in_time("prefetch", link.channel.basic_qos(PREFETCH, BasicQosOptions::default())).await?;
        let outstanding = registry.open(&name);
        let (sender, incoming) = unbounded_channel();
        let (options, arguments) = (BasicConsumeOptions::default(), FieldTable::default());
        let consumer = link.channel.basic_consume(name.into(), "".into(), options, arguments);
        let consumer = link::in_time("subscribing", consumer).await?;
        tokio::spawn(receive(consumer, sender, Arc::downgrade(&outstanding)));
        Ok(Self { link, incoming, outstanding, properties: HashMap::new(), dead: names.dead(&queue.name) })
    }

    fn hand_out(&mut self, delivery: AmqpDelivery) -> Delivery {
        let routing_key = properties::original_routing_key(&delivery.properties)
            .unwrap_or_else(|| delivery.routing_key.as_str().to_owned());
        let handed_out = Delivery {
            event_id: properties::event_id(&delivery.properties),
            routing_key,
            body: delivery.data,
            redelivered: delivery.redelivered,
            tag: delivery.delivery_tag,
        };
        self.properties.insert(delivery.delivery_tag, delivery.properties);
        handed_out
    }

    async fn first(&mut self) -> anyhow::Result<AmqpDelivery> {
        loop {
            match timeout(WATCH, self.incoming.recv()).await {
                Ok(Some(delivery)) => return Ok(delivery?),
                Ok(None) => bail!("RabbitMQ ended the subscription"),
                Err(_) if !self.link.stands() => bail!("the connection to RabbitMQ is lost"),
                Err(_) => {}
            }
        }
    }
}

/// Takes what the broker sends as it comes, at most the prefetch count, so that it can be counted.
async fn receive(
    mut consumer: lapin::Consumer,
    sender: UnboundedSender<lapin::Result<AmqpDelivery>>,
    outstanding: std::sync::Weak<Outstanding>,
) {
    loop {
        let delivery = tokio::select! {
            () = sender.closed() => return,
            delivery = consumer.next() => delivery,
        };
        let (Some(delivery), Some(outstanding)) = (delivery, outstanding.upgrade()) else { return };
        if let Ok(delivery) = &delivery {
            outstanding.add(delivery.delivery_tag);
        }
        if sender.send(delivery).is_err() {
            return;
        }
    }
}

#[async_trait]
impl Subscription for RabbitMqSubscription {
    async fn next(&mut self, max: usize) -> anyhow::Result<Vec<Delivery>> {
        let first = self.first().await?;
        failpoints::fail_point!("rabbitmq::received");
        // From here on nothing waits, so nothing that was taken can be lost.
        let mut deliveries = vec![self.hand_out(first)];
        while deliveries.len() < max {
            // An error that came behind is found by the next call: the channel is gone then, and says so again.
            let Ok(Ok(delivery)) = self.incoming.try_recv() else { break };
            deliveries.push(self.hand_out(delivery));
        }
        Ok(deliveries)
    }

    async fn ack(&mut self, deliveries: &[Delivery]) -> anyhow::Result<()> {
        let tags: Vec<u64> = deliveries.iter().map(|delivery| delivery.tag).collect();
        for tag in &tags {
            self.properties.remove(tag);
        }
        acknowledge(&self.link.channel, &self.outstanding, &tags).await
    }

    async fn dead_letter(&mut self, delivery: Delivery, reason: &str) -> anyhow::Result<()> {
        let kept = self.properties.remove(&delivery.tag).context("not a delivery of this subscription")?;
        let letter = Outgoing {
            routing_key: &self.dead,
            body: &delivery.body,
            properties: properties::of_dead_letter(kept, &delivery.routing_key, reason),
        };
        // First safe there, then gone here; a crash in between makes two letters of it, and redriving drops one.
        for result in confirms::publish(&self.link.channel, "", vec![letter]).await {
            result.context("moving a message to the dead letters")?;
        }
        acknowledge(&self.link.channel, &self.outstanding, &[delivery.tag]).await
    }
}

async fn acknowledge(channel: &Channel, outstanding: &Outstanding, tags: &[u64]) -> anyhow::Result<()> {
    if let Some(highest) = outstanding.settle(tags) {
        channel.basic_ack(highest, BasicAckOptions { multiple: true }).await?;
    } else {
        for &tag in tags {
            channel.basic_ack(tag, BasicAckOptions { multiple: false }).await?;
        }
    }
    Ok(())
}
