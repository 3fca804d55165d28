//! Large tables cost what small ones do: no statement of relay, consumer or pruning reads more rows than it deals with.
//!
//! Held on 100,000 rows; `LARGE_ROWS=10000000 cargo test -p messaging --test it large -- --nocapture` shows it on more.

use std::time::{Duration, Instant};

use diesel::{
    Connection, PgConnection, QueryResult, QueryableByName, RunQueryDsl, sql_query, sql_types::BigInt,
};
use messaging::{inbox, outbox};
use uuid::Uuid;

use crate::world::World;

const WEEK: Duration = Duration::from_secs(7 * 24 * 3600);
const BATCH: i64 = 1000;

#[derive(QueryableByName)]
struct Reads {
    #[diesel(sql_type = BigInt)]
    scans: i64,
    #[diesel(sql_type = BigInt)]
    rows: i64,
}

/// What this session has read of all tables since its numbers were last collected: whole scans of a table, and rows by index.
fn reads(conn: &mut PgConnection) -> QueryResult<Reads> {
    sql_query(
        "SELECT coalesce(sum(seq_scan), 0)::bigint AS scans, coalesce(sum(idx_tup_fetch), 0)::bigint AS rows \
         FROM pg_stat_xact_user_tables",
    )
    .get_result(conn)
}

/// Runs `work` and holds it to reading `rows` at most, and no table from end to end.
fn reads_at_most<T>(
    conn: &mut PgConnection,
    what: &str,
    rows: i64,
    work: impl FnOnce(&mut PgConnection) -> QueryResult<T>,
) -> T {
    let start = Instant::now();
    let (result, reads) = conn
        .transaction(|conn| {
            let before = reads(conn)?;
            let result = work(conn)?;
            let after = reads(conn)?;
            let reads = Reads { scans: after.scans - before.scans, rows: after.rows - before.rows };
            Ok::<_, diesel::result::Error>((result, reads))
        })
        .unwrap();
    eprintln!("{what}: {} rows by index, {:.1} ms", reads.rows, start.elapsed().as_secs_f64() * 1000.0);
    assert_eq!(reads.scans, 0, "{what} scans a table");
    assert!(reads.rows <= rows, "{what} reads {} rows", reads.rows);
    result
}

#[tokio::test(flavor = "multi_thread")]
async fn large_tables_cost_what_small_ones_do() {
    let world = World::on_postgres().await;
    let rows: u64 = std::env::var("LARGE_ROWS").map_or(100_000, |rows| rows.parse().unwrap());
    let url = world.url.clone();
    tokio::task::spawn_blocking(move || {
        let mut conn = PgConnection::establish(&url).unwrap();
        let fill = format!(
            "SET search_path = app; SET synchronous_commit = off; \
             INSERT INTO outbox (event_id, aggregate_id, routing_key, body, sent_at, created_at) \
             SELECT gen_random_uuid(), gen_random_uuid(), 'task.updated', '{{}}', at, at FROM \
             (SELECT now() - n * interval '14 days' / {rows} AS at FROM generate_series({rows}, 1, -1) n) v; \
             INSERT INTO outbox (event_id, aggregate_id, routing_key, body) \
             SELECT gen_random_uuid(), gen_random_uuid(), 'task.updated', '{{}}' FROM generate_series(1, 500); \
             INSERT INTO inbox (consumer, event_id, received_at) SELECT 'it', gen_random_uuid(), \
             now() - n * interval '180 days' / {rows} FROM generate_series(1, {rows}) n; \
             VACUUM ANALYZE outbox, inbox"
        );
        for statement in fill.split("; ") {
            sql_query(statement).execute(&mut conn).unwrap();
        }

        let backlog = reads_at_most(&mut conn, "backlog", 501, outbox::backlog);
        assert_eq!(backlog.unsent, 500);
        let new: Vec<Uuid> = (0..32).map(|_| Uuid::now_v7()).collect();
        let seen =
            reads_at_most(&mut conn, "inbox, a batch", 64, |conn| inbox::first_times(conn, "it", &new));
        assert_eq!(seen.len(), 32);
        let pruned = reads_at_most(&mut conn, "outbox, old rows", 3 * BATCH, |conn| {
            outbox::prune_batch(conn, WEEK, BATCH)
        });
        assert_eq!(pruned, 1000);
        let pruned = reads_at_most(&mut conn, "inbox, old rows", 3 * BATCH, |conn| {
            inbox::prune_batch(conn, 13 * WEEK, BATCH)
        });
        assert_eq!(pruned, 1000);
    })
    .await
    .unwrap();

    // The relay's own reads and marks: none of its steps takes longer for what lies behind it.
    let mut relay = messaging::Relay::new(world.db.clone(), std::sync::Arc::clone(&world.bus), "it");
    world.bus.declare(&crate::world::tasks()).await.unwrap();
    let start = Instant::now();
    while relay.step().await.unwrap() > 0 {}
    eprintln!("relay, 500 events: {:.1} ms", start.elapsed().as_secs_f64() * 1000.0);
    assert_eq!(world.numbers("SELECT count(*) AS number FROM outbox WHERE sent_at IS NULL").await, [0]);
}
