//! What every bus must hold.

use std::time::Duration;

use events::RoutingKey;
use messaging::{PublishError, QueueSpec};
use tokio::time::timeout;
use uuid::Uuid;

use crate::world::{
    World, event, eventually, message, messages, over_both_buses, sequence, take, take_sequences, tasks,
};

over_both_buses!(
    order_is_kept,
    large_messages_arrive_whole,
    what_was_not_acknowledged_comes_again,
    a_dead_letter_keeps_its_reason_and_returns_once,
    dead_letters_can_be_dropped,
    what_no_queue_wants_is_an_error,
    one_subscription_is_active,
    prefixes_keep_apart,
    a_message_goes_to_each_queue_once,
    what_kills_its_consumers_becomes_a_dead_letter,
    waiting_can_be_given_up,
);

async fn order_is_kept(world: World) {
    let mut subscription = world.bus.subscribe(&tasks()).await.unwrap();
    let mut publisher = world.bus.publisher().await.unwrap();
    let aggregate = Uuid::new_v4();
    for first in [1, 41] {
        let batch: Vec<_> = (first..first + 40)
            .map(|number| message(&event(RoutingKey::TaskUpdated, aggregate, number)))
            .collect();
        assert!(publisher.publish(&batch).await.iter().all(Result::is_ok));
    }
    for first in (1..=80).step_by(10) {
        let deliveries = take(&mut subscription, 10).await;
        let sequences: Vec<i64> = deliveries.iter().map(sequence).collect();
        assert_eq!(sequences, (first..first + 10).collect::<Vec<_>>());
        subscription.ack(&deliveries).await.unwrap();
    }
    eventually("the queue is empty", async || world.bus.depth("it.tasks").await.unwrap() == 0).await;
    world.remove(&["it.tasks"]).await;
}

/// Longer than a frame, and than all the room that a connection has for frames.
async fn large_messages_arrive_whole(world: World) {
    let mut subscription = world.bus.subscribe(&tasks()).await.unwrap();
    let mut sent = messages(1..=6);
    for (message, length) in sent.iter_mut().zip([10, 16_376, 16_377, 300_000, 2_000_000, 10]) {
        message.body = (0..length).map(|at| char::from(b'a' + (at % 26) as u8)).collect();
    }
    world.publish(&sent).await;
    let deliveries = take(&mut subscription, sent.len()).await;
    for (delivery, message) in deliveries.iter().zip(&sent) {
        assert!(
            delivery.body == message.body.as_bytes(),
            "{} of {} bytes",
            delivery.body.len(),
            message.body.len()
        );
    }
    subscription.ack(&deliveries).await.unwrap();
    drop(subscription);
    world.remove(&["it.tasks"]).await;
}

async fn what_was_not_acknowledged_comes_again(world: World) {
    let mut first = world.bus.subscribe(&tasks()).await.unwrap();
    world.publish(&messages(1..=5)).await;
    let deliveries = take(&mut first, 5).await;
    assert!(deliveries.iter().all(|delivery| !delivery.redelivered));
    first.ack(&deliveries[..2]).await.unwrap();
    eventually("two are gone", async || world.bus.depth("it.tasks").await.unwrap() == 3).await;
    drop(first);
    let mut second = world.bus.subscribe(&tasks()).await.unwrap();
    let deliveries = take(&mut second, 3).await;
    assert!(deliveries.iter().all(|delivery| delivery.redelivered));
    assert_eq!(deliveries.iter().map(sequence).collect::<Vec<_>>(), [3, 4, 5]);
    drop(second);
    world.remove(&["it.tasks"]).await;
}

async fn a_dead_letter_keeps_its_reason_and_returns_once(world: World) {
    let mut subscription = world.bus.subscribe(&tasks()).await.unwrap();
    let sent = messages(1..=3);
    world.publish(&sent).await;
    let mut deliveries = take(&mut subscription, 3).await;
    subscription.dead_letter(deliveries.remove(1), "it made no sense").await.unwrap();
    subscription.ack(&deliveries).await.unwrap();

    let letters = world.bus.dead_letters("it.tasks", 10).await.unwrap();
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].event_id, Some(sent[1].event_id));
    assert_eq!(letters[0].reason, "it made no sense");
    assert_eq!(letters[0].routing_key, "task.created");
    assert_eq!(letters[0].body, sent[1].body);
    assert_eq!(world.bus.dead_letters("it.tasks", 10).await.unwrap(), letters, "looking takes nothing away");

    assert_eq!(world.bus.dead_letter_count("it.tasks").await.unwrap(), 1);

    assert_eq!(world.bus.redrive("it.tasks").await.unwrap(), 1);
    assert_eq!(world.bus.redrive("it.tasks").await.unwrap(), 0);
    assert_eq!(world.bus.dead_letter_count("it.tasks").await.unwrap(), 0);
    let again = take(&mut subscription, 1).await;
    assert_eq!(again[0].event_id, Some(sent[1].event_id));
    assert_eq!(again[0].body, sent[1].body.as_bytes());
    subscription.ack(&again).await.unwrap();
    eventually("nothing more came", async || world.bus.depth("it.tasks").await.unwrap() == 0).await;
    assert!(world.bus.dead_letters("it.tasks", 10).await.unwrap().is_empty());
    drop(subscription);
    world.remove(&["it.tasks"]).await;
}

async fn dead_letters_can_be_dropped(world: World) {
    let mut subscription = world.bus.subscribe(&tasks()).await.unwrap();
    world.publish(&messages(1..=2)).await;
    for delivery in take(&mut subscription, 2).await {
        subscription.dead_letter(delivery, "no").await.unwrap();
    }
    assert_eq!(world.bus.drop_dead_letters("it.tasks").await.unwrap(), 2);
    assert_eq!(world.bus.redrive("it.tasks").await.unwrap(), 0);
    drop(subscription);
    world.remove(&["it.tasks"]).await;
}

async fn what_no_queue_wants_is_an_error(world: World) {
    let mut publisher = world.bus.publisher().await.unwrap();
    let batch = messages(1..=1);
    assert_eq!(publisher.publish(&batch).await, [Err(PublishError::Unroutable)], "no queue at all");

    let mut subscription = world.bus.subscribe(&tasks()).await.unwrap();
    let (one, two) = (Uuid::new_v4(), Uuid::new_v4());
    let batch = [
        message(&event(RoutingKey::TaskCreated, one, 1)),
        message(&event(RoutingKey::UserDeleted, two, 2)),
        message(&event(RoutingKey::TaskDeleted, two, 3)),
        message(&event(RoutingKey::TaskUpdated, one, 4)),
    ];
    assert_eq!(
        publisher.publish(&batch).await,
        [Ok(()), Err(PublishError::Unroutable), Err(PublishError::HeldBack), Ok(())]
    );
    assert_eq!(take_sequences(&mut subscription, 2).await, [1, 4]);
    drop(subscription);
    world.remove(&["it.tasks"]).await;
}

async fn one_subscription_is_active(world: World) {
    let mut first = world.bus.subscribe(&tasks()).await.unwrap();
    world.publish(&messages(1..=1)).await;
    assert_eq!(take_sequences(&mut first, 1).await, [1]);
    let mut second = world.another_bus().await.subscribe(&tasks()).await.unwrap();
    world.publish(&messages(2..=3)).await;
    assert!(timeout(Duration::from_millis(300), second.next(10)).await.is_err(), "it must wait");
    assert_eq!(take_sequences(&mut first, 2).await, [2, 3]);
    drop(first);
    assert_eq!(take_sequences(&mut second, 3).await, [1, 2, 3]);
    drop(second);
    world.remove(&["it.tasks"]).await;
}

async fn prefixes_keep_apart(world: World) {
    let other = world.with_prefix("other.").await;
    let mut here = world.bus.subscribe(&tasks()).await.unwrap();
    let mut there = other.subscribe(&tasks()).await.unwrap();
    let results = other.publisher().await.unwrap().publish(&messages(7..=7)).await;
    assert_eq!(results, [Ok(())]);
    world.publish(&messages(1..=1)).await;
    assert_eq!(take_sequences(&mut here, 1).await, [1]);
    assert_eq!(take_sequences(&mut there, 1).await, [7]);
    assert_eq!(world.bus.depth("it.tasks").await.unwrap(), 1);
    drop((here, there));
    other.remove("it.tasks").await.unwrap();
    world.remove(&["it.tasks"]).await;
}

async fn a_message_goes_to_each_queue_once(world: World) {
    let twice = QueueSpec::new("it.twice", &["task.*", "#.created"]);
    let mut first = world.bus.subscribe(&tasks()).await.unwrap();
    let mut second = world.bus.subscribe(&twice).await.unwrap();
    world.publish(&messages(1..=2)).await;
    assert_eq!(take_sequences(&mut first, 2).await, [1, 2]);
    assert_eq!(take_sequences(&mut second, 2).await, [1, 2]);
    drop((first, second));
    world.remove(&["it.tasks", "it.twice"]).await;
}

async fn what_kills_its_consumers_becomes_a_dead_letter(world: World) {
    world.bus.declare(&tasks()).await.unwrap();
    let sent = messages(1..=1);
    world.publish(&sent).await;
    for _ in 0..=20 {
        let mut subscription = world.bus.subscribe(&tasks()).await.unwrap();
        take(&mut subscription, 1).await;
    }
    let subscription = tokio::spawn({
        let bus = world.another_bus().await;
        async move { bus.subscribe(&tasks()).await.unwrap().next(1).await }
    });
    eventually("it is a dead letter", async || {
        world.bus.dead_letters("it.tasks", 10).await.unwrap().len() == 1
    })
    .await;
    let letters = world.bus.dead_letters("it.tasks", 10).await.unwrap();
    assert_eq!(letters[0].event_id, Some(sent[0].event_id));
    assert!(letters[0].reason.contains("limit"), "{}", letters[0].reason);
    subscription.abort();
    world.remove(&["it.tasks"]).await;
}

async fn waiting_can_be_given_up(world: World) {
    let mut subscription = world.bus.subscribe(&tasks()).await.unwrap();
    let mut publisher = world.bus.publisher().await.unwrap();
    let mut seen = Vec::new();
    for number in 1..=30 {
        assert_eq!(publisher.publish(&messages(number..=number)).await, [Ok(())]);
        // Given up at many different moments; nothing may be lost, nor come twice.
        let patience = Duration::from_micros(u64::try_from(number).unwrap() * 100);
        if let Ok(deliveries) = timeout(patience, subscription.next(4)).await {
            let deliveries = deliveries.unwrap();
            seen.extend(deliveries.iter().map(sequence));
            subscription.ack(&deliveries).await.unwrap();
        }
    }
    while seen.len() < 30 {
        seen.extend(take_sequences(&mut subscription, 1).await);
    }
    assert_eq!(seen, (1..=30).collect::<Vec<_>>());
    drop(subscription);
    world.remove(&["it.tasks"]).await;
}
