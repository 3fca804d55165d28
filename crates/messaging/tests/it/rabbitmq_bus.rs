//! What only a broker at the other end of a network has: a network.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use events::RoutingKey;
use lapin::{
    Connection, ConnectionProperties,
    options::{QueueBindOptions, QueueDeclareOptions, QueueDeleteOptions},
    types::{AMQPValue, FieldTable, ShortString},
};
use messaging::{Consumer, Relay};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    handling::Recorder,
    servers,
    world::{World, event, eventually, take_sequences, tasks},
};

/// A wire to the broker that can be cut.
struct Wire {
    port: u16,
    whole: Arc<AtomicBool>,
    cut: std::sync::Mutex<CancellationToken>,
    frozen: std::sync::Mutex<CancellationToken>,
    /// When somebody came while it was cut.
    in_vain: std::sync::Mutex<Vec<Instant>>,
}

impl Wire {
    async fn to(broker: String) -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let wire = Arc::new(Self {
            port: listener.local_addr().unwrap().port(),
            whole: Arc::new(AtomicBool::new(true)),
            cut: std::sync::Mutex::default(),
            frozen: std::sync::Mutex::default(),
            in_vain: std::sync::Mutex::default(),
        });
        let ends = Arc::clone(&wire);
        tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let cut = ends.cut.lock().unwrap().clone();
                if !ends.whole.load(Ordering::SeqCst) {
                    ends.in_vain.lock().unwrap().push(Instant::now());
                    continue;
                }
                let (broker, frozen) = (broker.clone(), ends.frozen.lock().unwrap().clone());
                tokio::spawn(async move {
                    let mut far = TcpStream::connect(broker).await.unwrap();
                    tokio::select! {
                        () = cut.cancelled() => {}
                        () = frozen.cancelled() => cut.cancelled().await,
                        _ = copy_bidirectional(&mut near, &mut far) => {}
                    }
                });
            }
        });
        wire
    }

    /// Cuts all connections; while not `whole`, new ones are cut at once.
    fn cut(&self, whole: bool) {
        self.whole.store(whole, Ordering::SeqCst);
        std::mem::take(&mut *self.cut.lock().unwrap()).cancel();
    }

    /// On what stands now nothing passes any more, and neither end is told: as when a container goes with its network.
    fn freeze(&self) {
        std::mem::take(&mut *self.frozen.lock().unwrap()).cancel();
    }

    fn mend(&self) {
        self.whole.store(true, Ordering::SeqCst);
    }
}

/// The world, reaching its broker through a wire; `None` without a broker.
async fn wired() -> Option<(World, Arc<Wire>)> {
    let world = World::on_rabbitmq().await?;
    let url = servers::rabbitmq()?;
    let (user, rest) = url.split_once('@').unwrap();
    let (address, vhost) = rest.split_once('/').unwrap_or((rest, ""));
    let wire = Wire::to(address.to_owned()).await;
    let through = format!("{user}@127.0.0.1:{}/{vhost}", wire.port);
    Some((world.through(through).await, wire))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_is_down_is_waited_for() {
    let Some((world, wire)) = wired().await else { return };
    wire.cut(false);
    world.append(&[event(RoutingKey::TaskCreated, Uuid::new_v4(), 1)]).await;
    let mut relay = Relay::new(world.db.clone(), Arc::clone(&world.bus), "it");
    assert!(relay.step().await.is_err());
    assert_eq!(
        world.numbers("SELECT attempts::bigint AS number FROM outbox WHERE sent_at IS NULL").await,
        [0],
        "the event is not to blame"
    );
    let recorder = Arc::new(Recorder::default());
    let mut consumer =
        Consumer::new(world.db.clone(), Arc::clone(&world.bus), tasks(), Arc::clone(&recorder) as _);
    assert!(consumer.step().await.is_err());

    wire.mend();
    world.bus.declare(&tasks()).await.unwrap();
    assert_eq!(relay.step().await.unwrap(), 1);
    assert_eq!(consumer.step().await.unwrap(), 1);
    assert_eq!(world.effects().await, [1]);
    drop(consumer);
    world.remove(&["it.tasks"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_or_doubled_while_the_wire_breaks_again_and_again() {
    let Some((world, wire)) = wired().await else { return };
    world.bus.declare(&tasks()).await.unwrap();
    let stop = CancellationToken::new();
    let recorder = Arc::new(Recorder::default());
    let relay = Relay::new(world.db.clone(), Arc::clone(&world.bus), "it").run(stop.clone());
    let relay = tokio::spawn(relay);
    let consumer =
        Consumer::new(world.db.clone(), Arc::clone(&world.bus), tasks(), Arc::clone(&recorder) as _);
    let consumer = tokio::spawn(consumer.run(stop.clone()));
    let aggregate = Uuid::new_v4();
    for number in 1..=200 {
        world.append(&[event(RoutingKey::TaskUpdated, aggregate, number)]).await;
        if number % 25 == 0 {
            wire.cut(true);
        }
    }
    eventually("all have their effect", async || world.effects().await.len() >= 200).await;
    stop.cancel();
    relay.await.unwrap();
    consumer.await.unwrap();
    assert_eq!(world.effects().await, (1..=200).collect::<Vec<_>>());
    world.remove(&["it.tasks"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_refuses_and_the_event_stays() {
    let Some(world) = World::on_rabbitmq().await else { return };
    let mut subscription = world.bus.subscribe(&tasks()).await.unwrap();
    // Another queue on the same exchange, with room for one.
    let (exchange, full) = (world.prefixed("docket.events"), world.prefixed("it.full"));
    let connection =
        Connection::connect(servers::rabbitmq().unwrap(), ConnectionProperties::default()).await.unwrap();
    let channel = connection.create_channel().await.unwrap();
    let mut arguments = FieldTable::default();
    arguments.insert("x-max-length".into(), AMQPValue::LongInt(1));
    arguments.insert("x-overflow".into(), AMQPValue::LongString("reject-publish".into()));
    let name: ShortString = full.as_str().into();
    channel.queue_declare(name.clone(), QueueDeclareOptions::durable(), arguments).await.unwrap();
    channel
        .queue_bind(
            name.clone(),
            exchange.into(),
            "#".into(),
            QueueBindOptions::default(),
            FieldTable::default(),
        )
        .await
        .unwrap();

    let aggregate = Uuid::new_v4();
    let mut relay = Relay::new(world.db.clone(), Arc::clone(&world.bus), "it");
    for number in 1..=3 {
        world.append(&[event(RoutingKey::TaskUpdated, aggregate, number)]).await;
    }
    assert_eq!(relay.step().await.unwrap(), 1);
    let attempts = "SELECT attempts::bigint AS number FROM outbox WHERE sent_at IS NULL ORDER BY id";
    assert_eq!(world.numbers(attempts).await, [1, 0], "refused, and held back behind it");
    channel.queue_delete(name, QueueDeleteOptions::default()).await.unwrap();
    world.execute("UPDATE outbox SET next_attempt_at = now()").await;
    assert_eq!(relay.step().await.unwrap(), 2);
    // The second was refused by one queue and taken by the other: what comes twice, comes before what follows it.
    assert_eq!(take_sequences(&mut subscription, 4).await, [1, 2, 2, 3]);
    drop(subscription);
    world.remove(&["it.tasks"]).await;
}

/// However long the broker was away, nobody waits longer for its return than for one short pause.
#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_is_away_is_looked_for_every_two_seconds() {
    let (Some((publishing, publishers)), Some((consuming, consumers))) = (wired().await, wired().await)
    else {
        return;
    };
    for (world, wire) in [(&publishing, &publishers), (&consuming, &consumers)] {
        world.bus.declare(&tasks()).await.unwrap();
        wire.cut(false);
    }
    publishing.append(&[event(RoutingKey::TaskCreated, Uuid::new_v4(), 1)]).await;
    let stop = CancellationToken::new();
    let relay = Relay::new(publishing.db.clone(), Arc::clone(&publishing.bus), "it").run(stop.clone());
    let recorder = Arc::new(Recorder::default());
    let consumer =
        Consumer::new(consuming.db.clone(), Arc::clone(&consuming.bus), tasks(), Arc::clone(&recorder) as _);
    let (relay, consumer) = (tokio::spawn(relay), tokio::spawn(consumer.run(stop.clone())));
    for wire in [&publishers, &consumers] {
        // The first tries are close to each other; by the tenth the pauses are as long as they get.
        let tries = || wire.in_vain.lock().unwrap().clone();
        eventually("ten tries", async || tries().len() >= 10).await;
        let pauses: Vec<_> = tries().windows(2).map(|pair| pair[1] - pair[0]).collect();
        let longest = pauses.iter().max().unwrap();
        assert!(*longest < Duration::from_millis(3500), "{pauses:?}");
        wire.mend();
    }
    eventually("the event is published", async || publishing.bus.depth("it.tasks").await.unwrap() == 1).await;
    stop.cancel();
    relay.await.unwrap();
    consumer.await.unwrap();
    publishing.remove(&["it.tasks"]).await;
    consuming.remove(&["it.tasks"]).await;
}

/// The broker lets one consumer at a time have a queue; whoever comes after one that vanished waits until it is missed.
#[tokio::test(flavor = "multi_thread")]
async fn a_consumer_that_vanished_without_a_word_is_soon_missed() {
    let Some((world, wire)) = wired().await else { return };
    let mut vanishing = world.bus.subscribe(&tasks()).await.unwrap();
    wire.freeze();
    let stop = CancellationToken::new();
    let recorder = Arc::new(Recorder::default());
    let direct = world.direct(servers::rabbitmq().unwrap()).await;
    let consumer = Consumer::new(world.db.clone(), Arc::clone(&direct), tasks(), Arc::clone(&recorder) as _);
    let consumer = tokio::spawn(consumer.run(stop.clone()));
    let relay = tokio::spawn(Relay::new(world.db.clone(), direct, "it").run(stop.clone()));
    world.append(&[event(RoutingKey::TaskCreated, Uuid::new_v4(), 1)]).await;
    eventually("the next one has it", async || world.effects().await == [1]).await;
    stop.cancel();
    relay.await.unwrap();
    consumer.await.unwrap();
    wire.cut(true);
    assert!(vanishing.next(1).await.is_err());
    drop(vanishing);
    world.remove(&["it.tasks"]).await;
}
