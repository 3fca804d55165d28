//! Every list that most people see reads one index in its order and sorts nothing: its cost does not grow with the data.

use chrono::DateTime;
use diesel::{
    PgConnection, QueryableByName, RunQueryDsl as _,
    connection::SimpleConnection as _,
    sql_query,
    sql_types::{BigInt, Text},
};
use service_kit::http::Cursor;
use task_service::tasks::{
    filter::{Assigned, Scope, TaskFilter},
    ordering::{Ordering, Place, SortKey},
    queries::{self, Reading},
    status::Status,
};
use uuid::Uuid;

use crate::{
    explain::Explain,
    store::{Store, assignee, now},
};

fn plan(conn: &mut PgConnection, filter: &TaskFilter, reading: &Reading) -> String {
    Explain::plain(queries::page(filter, reading)).lines(conn).join("\n")
}

/// 20,000 tasks of 50 people.
const MANY: &str = "INSERT INTO tasks (id, title, description, status, priority, due_date, assignee_id, assignee_email, \
    created_by, version, created_at, updated_at, completed_at, deleted_at) \
    SELECT gen_random_uuid(), 'Task ' || n % 7000, 'words about ' || n, \
    (ARRAY['todo', 'in-progress', 'completed'])[1 + n % 3], n % 5, \
    CASE WHEN n % 4 > 0 THEN timestamptz '2030-03-01' + n % 5000 * interval '1 hour' END, \
    ('00000000-0000-0000-0000-' || lpad((n / 7 % 50)::text, 12, '0'))::uuid, 'x@example.org', gen_random_uuid(), 1, \
    timestamptz '2029-01-01' + n * interval '1 minute', timestamptz '2029-06-01' + n * interval '1 second', \
    CASE WHEN n % 3 = 2 THEN now() END, CASE WHEN n % 100 = 0 THEN now() END \
    FROM generate_series(1, 20000) n";

/// Inserts them, and has Postgres look at them.
pub fn fill(conn: &mut PgConnection) {
    conn.batch_execute(MANY).unwrap();
    conn.batch_execute("VACUUM ANALYZE tasks").unwrap();
}

pub fn filters(scope: Scope) -> TaskFilter {
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

fn somewhere(key: SortKey) -> Place {
    let id = Uuid::from_u128(1 << 127);
    match key {
        SortKey::DueDate | SortKey::CreatedAt | SortKey::UpdatedAt => Place::Time(now(), id),
        SortKey::Priority => Place::Rank(2, id),
        SortKey::Title => Place::Text("Task 3500".to_owned(), id),
    }
}

fn index(scope: Scope, key: SortKey) -> String {
    let of = if scope == Scope::All { "tasks" } else { "tasks_mine" };
    let by = match key {
        SortKey::DueDate => "due",
        SortKey::CreatedAt => "created",
        SortKey::UpdatedAt => "updated",
        SortKey::Priority => "priority",
        SortKey::Title => "title",
    };
    format!("{of}_{by}")
}

#[tokio::test]
async fn every_ordering_of_every_role_reads_its_own_index_and_sorts_nothing() {
    let store = Store::open().await;
    let mut conn = store.connect();
    fill(&mut conn);
    for scope in [Scope::All, Scope::AssignedTo(assignee())] {
        for (name, ordering) in Ordering::ALL {
            for from in [None, Some(somewhere(ordering.key))] {
                for backward in [false, true] {
                    let reading = Reading { ordering, from: from.clone(), backward, limit: 21 };
                    let plan = plan(&mut conn, &filters(scope), &reading);
                    let index = index(scope, ordering.key);
                    assert!(plan.contains(&format!("using {index} ")), "{name} {scope:?} {from:?}\n{plan}");
                    assert!(!plan.contains("Sort") && !plan.contains("Seq Scan"), "{name} {scope:?}\n{plan}");
                    assert!(plan.contains("ROW("), "the place is no index condition:\n{plan}");
                    assert!(!plan.contains("Filter"), "{name} {scope:?}\n{plan}");
                }
            }
        }
    }
}

#[derive(QueryableByName)]
struct Planned {
    #[diesel(sql_type = Text)]
    statement: String,
    #[diesel(sql_type = BigInt)]
    anew: i64,
    #[diesel(sql_type = BigInt)]
    once: i64,
}

/// Postgres plans a statement anew five times, then keeps one plan for all calls, if it takes that to be no dearer.
#[tokio::test]
async fn all_pages_of_a_list_are_one_statement_that_is_planned_once() {
    let store = Store::open().await;
    let mut conn = store.connect();
    fill(&mut conn);
    for scope in [Scope::All, Scope::AssignedTo(assignee())] {
        for (_, ordering) in Ordering::ALL {
            for from in [None, Some(somewhere(ordering.key))].iter().cycle().take(10) {
                let reading = Reading { ordering, from: from.clone(), backward: false, limit: 21 };
                queries::list(&mut conn, &filters(scope), &reading).unwrap();
            }
        }
    }
    let planned = sql_query(
        "SELECT statement, custom_plans AS anew, generic_plans AS once FROM pg_prepared_statements \
         WHERE statement LIKE '%FROM \"tasks\"%'",
    );
    let planned: Vec<Planned> = planned.load(&mut conn).unwrap();
    assert_eq!(planned.len(), 20, "there are other statements than one for each ordering and role");
    for Planned { statement, anew, once } in planned {
        assert_eq!((anew, once), (5, 5), "{statement}");
    }
}

/// The last places of an ordering: Postgres reckons that hardly a row comes after them, whichever index it takes.
fn end(key: SortKey) -> Place {
    let id = Uuid::from_u128(1 << 127);
    match key {
        SortKey::DueDate => Place::Time(DateTime::from_timestamp(253_402_300_800, 0).unwrap(), id),
        SortKey::CreatedAt | SortKey::UpdatedAt => {
            Place::Time(DateTime::from_timestamp(4_000_000_000, 0).unwrap(), id)
        }
        SortKey::Priority => Place::Rank(4, id),
        SortKey::Title => Place::Text("zzz".to_owned(), id),
    }
}

#[tokio::test]
async fn the_last_pages_of_a_user_are_not_looked_for_among_everybodys() {
    let store = Store::open().await;
    let mut conn = store.connect();
    fill(&mut conn);
    let named = TaskFilter { assigned: Some(Assigned::To(assignee())), ..filters(Scope::All) };
    for filter in [filters(Scope::AssignedTo(assignee())), named] {
        for (name, ordering) in Ordering::ALL.into_iter().filter(|(_, ordering)| !ordering.descending) {
            let reading = Reading { ordering, from: Some(end(ordering.key)), backward: false, limit: 21 };
            let plan = plan(&mut conn, &filter, &reading);
            assert!(plan.contains("using tasks_mine"), "{name}\n{plan}");
            assert!(!plan.contains("Filter") && !plan.contains("Sort"), "{name}\n{plan}");
        }
    }
}

/// Blocks that a statement read, as its topmost node tells.
fn blocks(conn: &mut PgConnection, filter: &TaskFilter, reading: &Reading) -> u64 {
    let plan = Explain::analyzed(queries::page(filter, reading)).lines(conn);
    let told = plan.iter().find_map(|line| line.trim().strip_prefix("Buffers: shared ")).unwrap();
    told.split(' ').filter_map(|part| part.split_once('=')?.1.parse::<u64>().ok()).sum()
}

#[tokio::test]
async fn a_page_is_found_without_passing_over_the_ones_before_it() {
    let store = Store::open().await;
    let mut conn = store.connect();
    fill(&mut conn);
    // Half of everything is one person's, so that walking there would show.
    conn.batch_execute(&format!("UPDATE tasks SET assignee_id = '{}' WHERE priority < 3", assignee()))
        .unwrap();
    conn.batch_execute("VACUUM FULL ANALYZE tasks").unwrap();
    for scope in [Scope::All, Scope::AssignedTo(assignee())] {
        let filter = filters(scope);
        for (name, ordering) in Ordering::ALL {
            let whole = Reading { ordering, from: None, backward: false, limit: 100_000 };
            let ids = queries::list(&mut conn, &filter, &whole).unwrap();
            for place in [ids.len() / 2, ids.len() - 30] {
                let (key, id) = ordering.place_of(&ids[place]);
                let cursor = Cursor { ordering: name.to_owned(), key, id, backward: false };
                let from = Some(ordering.place_at(&cursor).unwrap());
                for backward in [false, true] {
                    let reading = Reading { ordering, from: from.clone(), backward, limit: 21 };
                    let blocks = blocks(&mut conn, &filter, &reading);
                    assert!(blocks <= 21 + 10, "{name} {scope:?} row {place}: {blocks} blocks for 21 rows");
                }
            }
        }
    }
}

#[tokio::test]
async fn open_tasks_and_columns_of_a_board_are_found_by_index() {
    let store = Store::open().await;
    let mut conn = store.connect();
    fill(&mut conn);
    let reading = |name: &str| Reading {
        ordering: Ordering::ALL.iter().find(|(known, _)| *known == name).unwrap().1,
        from: None,
        backward: false,
        limit: 21,
    };
    let overdue = TaskFilter { overdue_at: Some(now()), ..filters(Scope::All) };
    let found = plan(&mut conn, &overdue, &reading("due_date"));
    assert!(found.contains("tasks_open_due") && !found.contains("Sort"), "{found}");
    let column = TaskFilter { status: Some(vec![Status::Todo]), ..filters(Scope::AssignedTo(assignee())) };
    let found = plan(&mut conn, &column, &reading("due_date"));
    assert!(!found.contains("Seq Scan"), "{found}");
}
