//! Outbox, inbox and wake-ups by themselves.

use std::time::Duration;

use diesel::{PgConnection, connection::SimpleConnection};
use events::RoutingKey;
use messaging::{Listener, inbox, outbox};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::world::{PATIENCE, World, event};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_rolled_back_was_never_said() {
    let world = World::on_postgres().await;
    let said = event(RoutingKey::TaskCreated, Uuid::new_v4(), 1);
    let outcome: Result<(), anyhow::Error> = world
        .db
        .transaction(move |conn| {
            messaging::append(conn, std::slice::from_ref(&said))?;
            Err(anyhow::anyhow!("changed my mind"))
        })
        .await;
    assert!(outcome.is_err());
    assert_eq!(world.numbers("SELECT count(*) AS number FROM outbox").await, [0]);
    world.append(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_without_a_routing_key_is_refused() {
    let world = World::on_postgres().await;
    let mut unknown = event(RoutingKey::TaskCreated, Uuid::new_v4(), 1);
    unknown.kind = "docket.task.created.v9".to_owned();
    let outcome: Result<(), anyhow::Error> =
        world.db.transaction(move |conn| Ok(messaging::append(conn, std::slice::from_ref(&unknown))?)).await;
    assert!(format!("{:#}", outcome.unwrap_err()).contains("docket.task.created.v9"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_new_once_per_consumer() {
    let world = World::on_postgres().await;
    let id = Uuid::new_v4();
    for (consumer, expected) in [("a", true), ("a", false), ("b", true)] {
        let new = world
            .db
            .transaction(move |conn: &mut PgConnection| {
                Ok::<_, anyhow::Error>(inbox::first_time(conn, consumer, id)?)
            })
            .await
            .unwrap();
        assert_eq!(new, expected, "{consumer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_old_is_deleted() {
    let world = World::on_postgres().await;
    world
        .execute(
            "INSERT INTO outbox (event_id, aggregate_id, routing_key, body, sent_at) \
             SELECT gen_random_uuid(), gen_random_uuid(), 'task.created', '{}', at FROM \
             (VALUES (NULL), (now()), (now() - interval '6 days'), (now() - interval '8 days')) AS v (at), \
             generate_series(1, 700); \
             INSERT INTO inbox (consumer, event_id, received_at) SELECT 'a', gen_random_uuid(), at FROM \
             (VALUES (now()), (now() - interval '89 days'), (now() - interval '91 days')) AS v (at), \
             generate_series(1, 1200)",
        )
        .await;
    assert_eq!(outbox::prune_outbox(&world.db).await.unwrap(), 700);
    assert_eq!(inbox::prune_inbox(&world.db).await.unwrap(), 1200);
    assert_eq!(world.numbers("SELECT count(*) AS number FROM outbox").await, [2100]);
    assert_eq!(world.numbers("SELECT count(*) AS number FROM inbox").await, [2400]);
    let left = world.db.read(|conn| Ok::<_, anyhow::Error>(outbox::backlog(conn)?)).await.unwrap();
    assert_eq!(left.unsent, 700);
    assert!(left.oldest_age_seconds > 0.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listener_hears_and_hears_again_after_a_broken_connection() {
    let world = World::on_postgres().await;
    let stop = CancellationToken::new();
    let mut heard = Listener::spawn(&world.url, &["news", "Odd \"name\""], &stop).unwrap();
    for _ in 0..2 {
        let call = async {
            loop {
                world.execute("SELECT pg_notify('news', 'x'), pg_notify('Odd \"name\"', 'y')").await;
                let both = async { (heard.recv().await.unwrap(), heard.recv().await.unwrap()) };
                // It listens to one channel after the other: the first call may be heard in one of them only.
                if let Ok(both) = tokio::time::timeout(Duration::from_millis(100), both).await {
                    return both;
                }
            }
        };
        let (first, second) = tokio::time::timeout(PATIENCE, call).await.unwrap();
        assert_eq!((first.channel.as_str(), first.payload.as_str()), ("news", "x"));
        assert_eq!((second.channel.as_str(), second.payload.as_str()), ("Odd \"name\"", "y"));
        assert_eq!(world.kill_connections("docket listener").await, 1);
        while heard.try_recv().is_ok() {}
    }
    stop.cancel();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_writer_notifies_only_a_relay_that_sleeps() {
    let world = World::on_postgres().await;
    let asleep = "SELECT pg_advisory_lock(hashtextextended('outbox relay asleep in app', 0))";
    let stop = CancellationToken::new();
    let mut heard = Listener::spawn(&world.url, &["outbox_app", "end"], &stop).unwrap();
    crate::world::eventually("the listener is there", async || {
        world.execute("NOTIFY \"end\"").await;
        tokio::time::timeout(Duration::from_millis(100), heard.recv()).await.is_ok()
    })
    .await;
    while heard.try_recv().is_ok() {}
    world.append(&[event(RoutingKey::TaskCreated, Uuid::new_v4(), 1)]).await;
    let url = world.db.url().to_owned();
    let mut relay = tokio::task::spawn_blocking(move || {
        use diesel::Connection;
        let mut conn = PgConnection::establish(&url).unwrap();
        conn.batch_execute(asleep).unwrap();
        conn
    })
    .await
    .unwrap();
    world.execute("NOTIFY \"end\"").await;
    assert_eq!(heard.recv().await.unwrap().channel, "end", "awake: nobody is to be woken");
    world.append(&[event(RoutingKey::TaskCreated, Uuid::new_v4(), 2)]).await;
    assert_eq!(heard.recv().await.unwrap().channel, "outbox_app");
    relay.batch_execute("SELECT pg_advisory_unlock_all()").unwrap();
    stop.cancel();
}
