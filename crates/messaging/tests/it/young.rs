//! A statement that Postgres planned while its tables were empty costs no more than any other once they are full. It keeps such
//! a plan until it collects statistics, which is a minute later at the earliest: the first minute of every installation.

use std::sync::Arc;

use diesel::{
    Connection, PgConnection, QueryableByName, RunQueryDsl, connection::SimpleConnection, sql_query,
    sql_types::BigInt,
};
use messaging::Relay;
use service_kit::db::{Db, DbSettings};

use crate::world::{World, tasks};

/// Batches, and events of each.
const BATCHES: usize = 60;
const EVENTS: usize = 50;
/// Events that nobody has sent yet.
const BACKLOG: usize = 20_000;
/// Postgres keeps a plan for all calls after five that it planned one by one.
const CALLS_UNTIL_A_PLAN_IS_KEPT: usize = 6;

#[derive(QueryableByName)]
struct Blocks {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// The blocks of the outbox and of its indexes that were looked at so far.
async fn blocks_read(db: &Db) -> i64 {
    execute(db, "SELECT pg_stat_force_next_flush()").await;
    let read = db.read(|conn| {
        let query = "SELECT heap_blks_read + heap_blks_hit + idx_blks_read + idx_blks_hit AS count \
             FROM pg_statio_user_tables WHERE relname = 'outbox'";
        Ok::<_, anyhow::Error>(sql_query(query).get_result::<Blocks>(conn)?.count)
    });
    read.await.unwrap()
}

/// A relay that found its outbox empty for a while, with a single connection: its plans and its numbers are that one's.
async fn at_rest(world: &World) -> (Db, Relay) {
    world.bus.declare(&tasks()).await.unwrap();
    let db = Db::new(&DbSettings {
        url: world.url.clone(),
        schema: "app".to_owned(),
        pool_size: 1,
        statement_timeout_ms: 60_000,
    })
    .unwrap();
    execute(&db, "VACUUM ANALYZE outbox").await;
    let mut relay = Relay::new(db.clone(), Arc::clone(&world.bus), "it");
    for _ in 0..CALLS_UNTIL_A_PLAN_IS_KEPT {
        relay.step().await.unwrap();
    }
    (db, relay)
}

async fn execute(db: &Db, statement: &str) {
    let statement = statement.to_owned();
    let done = db.read(move |conn| Ok::<_, anyhow::Error>(sql_query(&statement).execute(conn)?));
    done.await.unwrap();
}

async fn append(db: &Db, events: usize) {
    let fill = format!(
        "INSERT INTO outbox (event_id, aggregate_id, routing_key, body) \
         SELECT gen_random_uuid(), gen_random_uuid(), 'task.updated', '{{}}' FROM generate_series(1, {events})"
    );
    execute(db, &fill).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_began_on_an_empty_outbox_stays_quick_beside_a_backup() {
    let world = World::on_postgres().await;
    let (db, mut relay) = at_rest(&world).await;
    // As long as it reads, what has been sent stays in the index of what has not been.
    let mut backup = PgConnection::establish(&world.url).unwrap();
    backup.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM app.outbox").unwrap();
    let before = blocks_read(&db).await;
    for _ in 0..BATCHES {
        append(&db, EVENTS).await;
        assert_eq!(relay.step().await.unwrap(), EVENTS);
    }
    let each = (blocks_read(&db).await - before) as f64 / (BATCHES * EVENTS) as f64;
    assert!(each < 30.0, "{each} blocks are read for each event");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_began_on_an_empty_outbox_does_not_read_a_backlog_for_each_batch() {
    let world = World::on_postgres().await;
    let (db, mut relay) = at_rest(&world).await;
    append(&db, BACKLOG).await;
    let before = blocks_read(&db).await;
    while relay.step().await.unwrap() > 0 {}
    let each = (blocks_read(&db).await - before) as f64 / BACKLOG as f64;
    assert!(each < 30.0, "{each} blocks are read for each event");
}
