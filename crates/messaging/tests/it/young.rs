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
/// Postgres keeps a plan for all calls after five that it planned one by one.
const CALLS_UNTIL_A_PLAN_IS_KEPT: usize = 6;

#[derive(QueryableByName)]
struct Blocks {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// The blocks of the outbox and of its indexes that were looked at so far.
async fn blocks_read(db: &Db) -> i64 {
    let told =
        db.read(|conn| Ok::<_, anyhow::Error>(sql_query("SELECT pg_stat_force_next_flush()").execute(conn)?));
    told.await.unwrap();
    let read = db.read(|conn| {
        let query = "SELECT heap_blks_read + heap_blks_hit + idx_blks_read + idx_blks_hit AS count \
             FROM pg_statio_user_tables WHERE relname = 'outbox'";
        Ok::<_, anyhow::Error>(sql_query(query).get_result::<Blocks>(conn)?.count)
    });
    read.await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_began_on_an_empty_outbox_stays_quick_beside_a_backup() {
    let world = World::on_postgres().await;
    world.bus.declare(&tasks()).await.unwrap();
    // One connection, whose plans and whose numbers are those of the relay.
    let db = Db::new(&DbSettings {
        url: world.url.clone(),
        schema: "app".to_owned(),
        pool_size: 1,
        statement_timeout_ms: 60_000,
    })
    .unwrap();
    // Statistics of an empty table, as an installation has them that was at rest.
    let mut backup = PgConnection::establish(&world.url).unwrap();
    backup.batch_execute("VACUUM ANALYZE app.outbox").unwrap();
    let mut relay = Relay::new(db.clone(), Arc::clone(&world.bus), "it");
    for _ in 0..CALLS_UNTIL_A_PLAN_IS_KEPT {
        relay.step().await.unwrap();
    }
    // A backup: as long as it reads, what has been sent stays in the index of what has not been.
    backup.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM app.outbox").unwrap();
    let before = blocks_read(&db).await;
    for _ in 0..BATCHES {
        let fill = format!(
            "INSERT INTO outbox (event_id, aggregate_id, routing_key, body) \
             SELECT gen_random_uuid(), gen_random_uuid(), 'task.updated', '{{}}' FROM generate_series(1, {EVENTS})"
        );
        db.read(move |conn| Ok::<_, anyhow::Error>(sql_query(&fill).execute(conn)?)).await.unwrap();
        assert_eq!(relay.step().await.unwrap(), EVENTS);
    }
    let each = (blocks_read(&db).await - before) as f64 / (BATCHES * EVENTS) as f64;
    assert!(each < 30.0, "{each} blocks are read for each event");
}
