//! What several requests want at once is written by one statement, and each gets what it would have got by itself.

use std::sync::Arc;

use diesel::{
    Connection as _, PgConnection, QueryableByName, RunQueryDsl as _, connection::SimpleConnection as _,
    sql_query, sql_types::Text,
};
use directory::{Directory, UserService};
use service_kit::{
    auth::{Account, Role},
    context::RequestContext,
    db::Member,
    http::outgoing,
};
use task_service::{
    error::Error,
    tasks::{
        changes::TaskChange,
        commands::{Command, Deed},
        model::Task,
        operations,
        policy::Intent,
        precondition::Precondition,
        queries,
        status::Status,
        store::{self, Group},
    },
};
use uuid::Uuid;

use crate::store::{Store, put, task};

fn account(id: u128, role: Role) -> Account {
    Account {
        id: Uuid::from_u128(id),
        email: format!("{id}@example.org"),
        username: None,
        role,
        timezone: chrono_tz::UTC,
    }
}

/// What a request of that name wants.
fn member(name: &str, by: Role, id: Uuid, deed: Deed) -> Member<Arc<Command>> {
    let context = Some(RequestContext::from_headers(Some(name), None));
    Member { job: Arc::new(Command { by: account(1, by), id, deed }), context }
}

fn moved(to: Status, precondition: Precondition) -> Deed {
    let change = TaskChange { status: Some(to), ..TaskChange::new(Intent::MoveStatus) };
    Deed::Change(Box::new(change), precondition)
}

fn open(number: u32) -> Task {
    Task { status: Status::Todo, completed_at: None, ..task(number) }
}

fn directory(opened: &Store) -> Directory {
    Directory::new(opened.db.clone(), UserService::new(outgoing::client().unwrap(), "http://127.0.0.1:1"))
}

/// One text of each row.
fn texts(conn: &mut PgConnection, query: &str) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        text: String,
    }
    sql_query(query).load::<Row>(conn).unwrap().into_iter().map(|row| row.text).collect()
}

#[tokio::test]
async fn each_gets_what_it_would_have_got_by_itself() {
    let opened = Store::open().await;
    let (mut conn, directory) = (opened.connect(), directory(&opened));
    let [a, b, c, d] = [1, 2, 3, 4].map(open);
    for task in [&a, &b, &c, &d] {
        put(&mut conn, None, task);
    }
    let new = Task { assignee_id: None, assignee_email: None, ..open(5) };
    let creation = Deed::Create { task: Box::new(new.clone()), assignee: None };
    let none = || Precondition::None;
    let group = [
        member("moves-a", Role::Admin, a.id, moved(Status::Completed, none())),
        member("comes-late", Role::Admin, a.id, moved(Status::Todo, Precondition::Version(1))),
        member("moves-on", Role::Admin, a.id, moved(Status::InProgress, Precondition::Version(2))),
        member("is-stale", Role::Admin, b.id, moved(Status::Completed, Precondition::Version(9))),
        member("is-lost", Role::Admin, Uuid::from_u128(9), moved(Status::Completed, none())),
        member("deletes-c", Role::Admin, c.id, Deed::Delete(none())),
        member("is-nosy", Role::User, d.id, moved(Status::Completed, none())),
        member("changes-nothing", Role::Admin, d.id, moved(Status::Todo, none())),
        member("creates", Role::Admin, new.id, creation),
    ];
    let outcomes = operations::run_all(&mut conn, &directory, &group).unwrap();
    let [moves, late, on, stale, lost, deletes, nosy, nothing, creates] = &outcomes[..] else {
        panic!("{} answers", outcomes.len())
    };
    let done = |outcome: &Option<Result<Task, Error>>| {
        let task = outcome.as_ref().unwrap().as_ref().unwrap();
        (task.id, task.version, task.status)
    };
    assert_eq!(done(moves), (a.id, 2, Status::Completed));
    assert_eq!(done(on), (a.id, 3, Status::InProgress));
    assert_eq!(done(deletes), (c.id, 2, Status::Todo));
    assert_eq!(done(nothing), (d.id, 1, Status::Todo));
    assert_eq!(done(creates), (new.id, 1, Status::Todo));
    assert!(matches!((late, stale), (Some(Err(Error::Problem(_))), Some(Err(Error::Problem(_))))));
    assert!(matches!((lost, nosy), (None, Some(Err(Error::NoSuchTask)))));

    let mut found = |id| queries::find(&mut conn, id).unwrap().unwrap();
    assert_eq!(found(a.id), on.as_ref().unwrap().as_ref().unwrap().clone());
    assert!(found(c.id).deleted_at.is_some());
    assert_eq!((found(b.id), found(d.id), found(new.id)), (b, d, new));
    // Each with the request that did it, and the events of a task in the order of its versions.
    let history =
        texts(&mut conn, "SELECT request_id || ' ' || version AS text FROM task_history ORDER BY request_id");
    assert_eq!(history, ["creates 1", "deletes-c 2", "moves-a 2", "moves-on 3"]);
    let events = texts(&mut conn, "SELECT routing_key AS text FROM outbox ORDER BY id");
    assert_eq!(events, ["task.status_changed", "task.status_changed", "task.deleted", "task.created"]);
}

#[tokio::test]
async fn what_somebody_else_has_locked_holds_up_nobody() {
    let opened = Store::open().await;
    let (mut conn, directory) = (opened.connect(), directory(&opened));
    let [locked, free] = [1, 2].map(open);
    for task in [&locked, &free] {
        put(&mut conn, None, task);
    }
    conn.batch_execute("SET statement_timeout = '5s'").unwrap();
    let mut somebody = opened.connect();
    somebody.test_transaction::<_, diesel::result::Error, _>(|somebody| {
        store::lock(somebody, locked.id)?.unwrap();
        let group = [
            member("waits", Role::Admin, locked.id, moved(Status::Completed, Precondition::None)),
            member("goes", Role::Admin, free.id, moved(Status::Completed, Precondition::None)),
            member("waits-too", Role::Admin, locked.id, moved(Status::Todo, Precondition::Version(1))),
        ];
        let outcomes = operations::run_all(&mut conn, &directory, &group).unwrap();
        assert!(matches!(&outcomes[..], [None, Some(Ok(_)), None]));
        Ok(())
    });
    assert_eq!(queries::find(&mut conn, locked.id).unwrap().unwrap(), locked);
    assert_eq!(texts(&mut conn, "SELECT request_id AS text FROM task_history"), ["goes"]);
}

#[tokio::test]
async fn what_was_decided_of_a_task_that_has_changed_since_is_not_written() {
    let opened = Store::open().await;
    let mut conn = opened.connect();
    let before = open(1);
    put(&mut conn, None, &before);
    let present = Task { version: 2, ..before.clone() };
    put(&mut conn, Some(&before), &present);
    let command = member("is-late", Role::Admin, before.id, moved(Status::Completed, Precondition::None)).job;
    let decision = command.decide(Some(&before), &task_service::tasks::roster::Roster::default());
    let decision = decision.unwrap().unwrap();
    let writes = [(Some(before), decision.after.clone())];
    let group = Group::of(writes, decision.history, &decision.events).unwrap();
    assert!(group.put(&mut conn).unwrap().is_empty());
    assert_eq!(queries::find(&mut conn, present.id).unwrap().unwrap(), present);
    // Nor is a new one that is there already, a second time.
    let again = Group::of([(None, present.clone())], Vec::new(), &[]).unwrap();
    assert!(again.put(&mut conn).unwrap().is_empty());
    for table in ["task_history", "outbox"] {
        assert!(texts(&mut conn, &format!("SELECT 'row' AS text FROM {table}")).is_empty(), "{table}");
    }
}
