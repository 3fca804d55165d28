//! What pages 1, 2 and 5,000 cost, in every ordering, for an administrator (all tasks) and for a
//! user (their own): time of the query, and what Postgres says it read. Prints a table and the plans as Markdown.
//!
//!     cargo bench -p task-service --bench deep_pages              # 1,000,000 tasks; some minutes to make them
//!     TASKS=200000 cargo bench -p task-service --bench deep_pages # fewer
//!
//! Fails when a deep page takes over 20 % more time than the first or the second, or reads over a page of other rows.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../tests/it/explain.rs"]
mod explain;
#[path = "../tests/it/store.rs"]
#[allow(dead_code)]
mod store;

use std::time::{Duration, Instant};

use diesel::{
    PgConnection, QueryableByName, RunQueryDsl as _, connection::SimpleConnection as _, sql_query,
    sql_types::Text,
};
use task_service::tasks::{
    filter::{Scope, TaskFilter},
    ordering::Ordering,
    queries::{self, Reading},
};

use explain::Explain;
use store::{Store, assignee};

const PAGE: i64 = 20;
const DEEP: i64 = 5_000;
const RUNS: usize = 300;
const TOLERATED: f64 = 1.2;
/// Tasks that one statement makes.
const BATCH: i64 = 100_000;

/// A team's tasks: of every five, one is the same person's; the others are those of 500 people, and some nobody's.
const MAKE: &str = "INSERT INTO tasks (id, title, description, status, priority, due_date, assignee_id, assignee_email, \
    created_by, version, created_at, updated_at, completed_at) \
    SELECT gen_random_uuid(), (ARRAY['Write', 'Check', 'Send', 'Order', 'Plan', 'Mend'])[1 + h % 6] || ' the ' || \
    (ARRAY['report', 'offer', 'invoice', 'server', 'contract'])[1 + h / 7 % 5] || ' ' || n, \
    'What is to be done here takes two sentences to say. Number ' || h || ' says the second of them.', \
    s.status, h / 11 % 5, \
    CASE WHEN h % 4 > 0 THEN timestamptz '2030-01-01' + h % 31536000 * interval '1 second' END, p.id, \
    CASE WHEN p.id IS NOT NULL THEN 'person@example.org' END, gen_random_uuid(), 1, \
    timestamptz '2028-01-01' + n * interval '30 seconds', timestamptz '2029-01-01' + h % 31536000 * interval '1 second', \
    CASE WHEN s.status = 'completed' THEN timestamptz '2029-06-01' END \
    FROM generate_series($FROM, $TO) n, LATERAL (SELECT abs(hashint4(n::int)) AS h) x, \
    LATERAL (SELECT (ARRAY['todo', 'in-progress', 'completed', 'completed'])[1 + h / 3 % 4] AS status) s, \
    LATERAL (SELECT CASE WHEN n % 5 = 0 THEN '00000000-0000-0000-0000-000000000007'::uuid WHEN n % 5 < 4 THEN \
    ('00000000-0000-0000-0001-' || lpad((h % 500)::text, 12, '0'))::uuid END AS id) p";

#[derive(QueryableByName)]
struct Index {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    definition: String,
}

/// Makes the tasks, then the indexes that the migrations made: many times as fast as row by row.
fn make(conn: &mut PgConnection, tasks: i64) {
    let indexes: Vec<Index> = sql_query(
        "SELECT indexname::text AS name, indexdef AS definition FROM pg_indexes \
         WHERE schemaname = current_schema() AND tablename = 'tasks' AND indexname <> 'tasks_pkey'",
    )
    .load(conn)
    .unwrap();
    for index in &indexes {
        conn.batch_execute(&format!("DROP INDEX {}", index.name)).unwrap();
    }
    for from in (1..=tasks).step_by(usize::try_from(BATCH).unwrap()) {
        let to = (from + BATCH - 1).min(tasks);
        conn.batch_execute(&MAKE.replace("$FROM", &from.to_string()).replace("$TO", &to.to_string()))
            .unwrap();
    }
    for index in &indexes {
        conn.batch_execute(&index.definition).unwrap();
    }
    conn.batch_execute("VACUUM ANALYZE tasks").unwrap();
}

fn filter(scope: Scope) -> TaskFilter {
    TaskFilter {
        scope,
        status: None,
        priority: None,
        assigned: None,
        created_by: None,
        due_before: None,
        due_after: None,
        overdue_at: None,
        words: None,
        among: None,
    }
}

/// The page after so many others: where it starts is found once, by walking there. On a connection of its own: Postgres
/// plans a kept statement by the calls that it has seen, and nobody asks for ten thousand rows but this.
fn page_after(conn: &mut PgConnection, filter: &TaskFilter, ordering: Ordering, pages: i64) -> Reading {
    let mut reading = Reading { ordering, from: None, backward: false, limit: PAGE * 500 };
    let mut left = pages * PAGE;
    while left > 0 {
        reading.limit = left.min(PAGE * 500);
        let rows = queries::list(conn, filter, &reading).unwrap();
        assert_eq!(rows.len() as i64, reading.limit, "there are not so many pages");
        left -= reading.limit;
        let (key, id) = ordering.place_of(rows.last().unwrap());
        let cursor =
            service_kit::http::Cursor { ordering: ordering.name().to_owned(), key, id, backward: false };
        reading.from = Some(ordering.place_at(&cursor).unwrap());
    }
    Reading { limit: PAGE + 1, ..reading }
}

fn timed(conn: &mut PgConnection, filter: &TaskFilter, reading: &Reading) -> Duration {
    let started = Instant::now();
    assert_eq!(queries::list(conn, filter, reading).unwrap().len() as i64, PAGE + 1);
    started.elapsed()
}

/// The lower quartile, in µs: what others on the machine add to a run is no cost of the query.
fn quartile(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 4].as_secs_f64() * 1e6
}

/// How many times as long one takes as another, in the middle of all rounds: each round is compared within itself, as the
/// machine's speed may change from one to the next.
fn ratio(of: &[Duration], to: &[Duration]) -> f64 {
    let mut ratios: Vec<f64> =
        of.iter().zip(to).map(|(of, to)| of.as_secs_f64() / to.as_secs_f64()).collect();
    ratios.sort_unstable_by(f64::total_cmp);
    ratios[ratios.len() / 2]
}

/// The plan's lines, and the blocks that its topmost node read.
fn plan(conn: &mut PgConnection, filter: &TaskFilter, reading: &Reading) -> (Vec<String>, u64) {
    let lines = Explain::analyzed(queries::page(filter, reading)).lines(conn);
    let blocks = lines.iter().find_map(|line| line.trim().strip_prefix("Buffers: shared "));
    let blocks = blocks.unwrap_or_default().split(' ').filter_map(|part| {
        let (_, number) = part.split_once('=')?;
        number.parse::<u64>().ok()
    });
    (lines.clone(), blocks.sum())
}

#[tokio::main]
async fn main() {
    let tasks: i64 = std::env::var("TASKS").map_or(1_000_000, |text| text.parse().expect("TASKS"));
    let store = Store::open().await;
    let mut conn = store.connect();
    let started = Instant::now();
    make(&mut conn, tasks);
    eprintln!("{tasks} tasks made in {:.0} s", started.elapsed().as_secs_f64());
    let deep = DEEP.min(tasks / 5 / PAGE - 2);
    println!(
        "| who | ordering | index | blocks, page 1 | blocks, page {deep} | µs, page 1 | µs, page 2 | µs, page {deep} | to page 1 | to page 2 |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    let (mut plans, mut worst) = (Vec::new(), 0.0_f64);
    for (who, scope) in [("administrator", Scope::All), ("user", Scope::AssignedTo(assignee()))] {
        let filter = filter(scope);
        for (name, ordering) in Ordering::ALL {
            let first = page_after(&mut store.connect(), &filter, ordering, 0);
            let second = page_after(&mut store.connect(), &filter, ordering, 1);
            let last = page_after(&mut store.connect(), &filter, ordering, deep - 1);
            let (mut near, mut next, mut far) = (Vec::new(), Vec::new(), Vec::new());
            for _ in 0..RUNS {
                near.push(timed(&mut conn, &filter, &first));
                next.push(timed(&mut conn, &filter, &second));
                far.push(timed(&mut conn, &filter, &last));
            }
            let (to_first, to_second) = (ratio(&far, &near), ratio(&far, &next));
            let (near, next, far) = (quartile(near), quartile(next), quartile(far));
            let (_, near_blocks) = plan(&mut conn, &filter, &first);
            let (lines, far_blocks) = plan(&mut conn, &filter, &last);
            let text = lines.join("\n");
            let index = text.split("using ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap_or("-");
            println!(
                "| {who} | `{name}` | `{index}` | {near_blocks} | {far_blocks} | {near:.0} | {next:.0} | {far:.0} | {to_first:.2} | {to_second:.2} |"
            );
            worst = worst.max(to_first).max(to_second);
            assert!(far_blocks <= near_blocks + PAGE.unsigned_abs(), "{who}, {name}: {far_blocks} blocks");
            plans.push(format!("-- {who}, {name}, page {deep}\n{text}"));
        }
    }
    println!("\n```\n{}\n```", plans.join("\n\n"));
    assert!(worst <= TOLERATED, "a deep page costs {worst:.2} times as much as one of the first two");
}
