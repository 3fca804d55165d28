//! A migrated database of its own for one test, and tasks to put into it.

use chrono::{DateTime, TimeDelta, Utc};
use clap::Parser as _;
use diesel::{Connection as _, PgConnection, connection::SimpleConnection as _};
use service_kit::db::Db;
use task_service::{
    Config,
    tasks::{decisions::Decision, model::Task, priority::Priority, status::Status, store},
};
use testkit::TestDatabase;
use uuid::Uuid;

pub struct Store {
    /// Removed with this.
    _database: TestDatabase,
    pub db: Db,
}

impl Store {
    pub async fn open() -> Self {
        let database = tokio::task::spawn_blocking(TestDatabase::create).await.unwrap();
        let config = Config::parse_from([
            "task-service",
            "--database-url",
            database.url(),
            "--cursor-secret",
            "secret",
        ]);
        let db = task_service::migrate(&config).await.unwrap();
        Self { _database: database, db }
    }

    /// With the service's settings, but for the time limit.
    pub fn connect(&self) -> PgConnection {
        let mut conn = PgConnection::establish(self.db.url()).unwrap();
        conn.batch_execute("SET statement_timeout = 0").unwrap();
        conn
    }
}

/// Writes the row alone, of which nobody hears.
pub fn put(conn: &mut PgConnection, before: Option<&Task>, after: &Task) {
    let (before, after) = (before.cloned(), after.clone());
    let written = store::put(conn, Decision { before, after, history: Vec::new(), events: Vec::new() });
    assert!(written.unwrap().is_some());
}

pub fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_900_000_000, 0).unwrap()
}

pub fn assignee() -> Uuid {
    Uuid::from_u128(7)
}

/// The same number gives the same task. Every key comes more than once, and the due date is missing now and then.
pub fn task(number: u32) -> Task {
    let minutes = |minutes: u32| now() + TimeDelta::minutes(i64::from(minutes));
    let status = Status::ALL[number as usize % 3];
    let completed = status == Status::Completed;
    Task {
        id: Uuid::from_u128(u128::from(number.wrapping_mul(2_654_435_761)) << 64),
        title: ["alpha", "Beta", "BETA", "gamma", "Ähre", "_", "alpha 2"][number as usize % 7].to_owned(),
        description: format!("number {number}"),
        status,
        priority: Priority::ALL[number as usize % 5],
        due_date: (!number.is_multiple_of(4)).then(|| minutes(number % 9)),
        assignee_id: Some(assignee()),
        assignee_email: Some("ann@example.org".to_owned()),
        created_by: Uuid::from_u128(1),
        version: 1,
        created_at: minutes(number / 3),
        updated_at: minutes(1000 - number / 2),
        completed_at: completed.then(now),
        deleted_at: None,
    }
}
