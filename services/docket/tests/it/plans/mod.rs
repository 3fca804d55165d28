//! No statement's cost grows with the data. The whole system runs on tables of 20,000 rows, every operation is called, with
//! every parameter of every list, every loop of the background takes its steps; and of every statement that reaches Postgres
//! on the way, whoever sends it, the plan is looked at: no table that grows is read from end to end, no more than a page is
//! sorted, no rows are passed over. A new statement is among them as soon as it is sent.
//!
//! Which statement reads by which index is kept in `tests/plans`, to be read in a review. After a wanted change:
//! `UPDATE_SNAPSHOT=1 cargo test -p docket --test it plans`, then read the difference.

mod calls;
mod captured;
mod kept;
mod known;
mod shape;
mod statement;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use chrono::{TimeDelta, Utc};
use diesel::connection::SimpleConnection as _;
use serde_json::json;

use self::{
    captured::{Capture, Captured},
    known::{KNOWN, Known},
};
use crate::{
    matrix,
    world::{World, sign_in},
};

/// Tables of which there is never much, whatever else grows.
const FEW: [(&str, &str); 7] = [
    ("task_imports", "one for each file of the last month"),
    ("signing_keys", "three at most, and some that are retired"),
    ("known_keys", "one for each address that keys are fetched from"),
    ("milestones", "one for each thing that is done once"),
    ("bindings", "one for each kind of event and queue"),
    ("__diesel_schema_migrations", "one for each migration"),
    ("pg_namespace", "one for each schema"),
];

const FILL: &str = include_str!("fill.sql");

#[tokio::test(flavor = "multi_thread")]
async fn no_statement_costs_more_the_more_there_is() {
    if crate::world::is_apart() {
        // The statements are those of the bus in Postgres, too, and the same programs as in this process.
        eprintln!("NOT TESTED: plans, because the services run apart");
        return;
    }
    let (mut capture, mut is_kept) = (None, false);
    let world = World::start()
        .await
        .restarted_after(|database| {
            let mut conn = database.connect("public");
            conn.batch_execute(FILL).unwrap();
            conn.batch_execute("VACUUM ANALYZE").unwrap();
            is_kept = kept::are_of_this_server(&mut conn);
            capture = Capture::begin(database);
        })
        .await;
    let Some(capture) = capture else { return world.end().await };
    // Its assignee is to be reminded at once.
    let soon = Utc::now() + TimeDelta::hours(1);
    world.task(json!({"title": "due", "assigned_to": "known7000@example.org", "due_date": soon})).await;
    let known = sign_in(&world.anyone, "known7000@example.org").await;
    calls::all(&[&world.admin.client, &known.client], "60000000-0000-7000-8000-00000000000a").await;
    calls::at_once(&world.admin.client).await;
    let faults = matrix::faults(&world).await;
    assert!(faults.is_empty(), "\n{faults}");
    world.end().await;
    let statements = by_text(capture.end());
    eprintln!("{} statements", statements.len());
    let mut faults = unknown_faults(&statements);
    if is_kept {
        faults += &known_no_more(&statements);
        faults += &kept::differences(&statements);
    }
    assert!(faults.is_empty(), "\n{faults}");
}

/// What grows and is not known to.
fn unknown_faults(statements: &Statements) -> String {
    let mut faults = String::new();
    for ((schema, text), statement) in statements {
        if known::is_known(schema, text) {
            continue;
        }
        for (fault, rows) in &statement.faults {
            let _ = writeln!(faults, "{schema}: {fault} ({rows} rows): {text}");
        }
    }
    faults
}

/// What is known to grow, and does not.
fn known_no_more(statements: &Statements) -> String {
    let mut faults = String::new();
    for known in KNOWN {
        let grows = |(schema, text): &(String, String), statement: &Statement| {
            known.is(schema, text) && !statement.faults.is_empty()
        };
        if !statements.iter().any(|(key, statement)| grows(key, statement)) {
            let Known { schema, text, reason } = known;
            let _ = writeln!(faults, "{schema}: {text} ({reason}) does not grow: take it out of known.rs");
        }
    }
    faults
}

/// What is known of one statement of one service.
#[derive(Default)]
pub struct Statement {
    /// The shapes of its plans.
    pub shapes: BTreeSet<Vec<String>>,
    /// What in them grows with the data, and the most that it was here.
    faults: BTreeMap<String, f64>,
}

/// Statements by schema and text.
pub type Statements = BTreeMap<(String, String), Statement>;

fn by_text(captured: Vec<Captured>) -> Statements {
    let mut statements = Statements::new();
    // The tests' own questions are asked from the schema `public`.
    for Captured { schema, text, plan } in captured.into_iter().filter(|one| one.schema != "public") {
        let short = statement::shortened(&text);
        let grows = |table: &str| !table.is_empty() && !FEW.iter().any(|(few, _)| *few == table);
        let lines = shape::lines(&plan);
        let known = statements.entry((schema, short)).or_default();
        for (fault, rows) in shape::faults(&plan, grows) {
            let most = known.faults.entry(fault).or_default();
            *most = most.max(rows);
        }
        if !lines.is_empty() {
            known.shapes.insert(lines);
        }
    }
    statements.retain(|_, statement| !statement.shapes.is_empty());
    statements
}
