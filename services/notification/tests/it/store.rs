//! A migrated database of its own for one test, and events to hear of.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use clap::Parser as _;
use diesel::{PgConnection, connection::SimpleConnection as _};
use directory::{Directory, UserService};
use events::{Change, Changes, Envelope, EventActor, RoutingKey, TaskData, TaskState};
use messaging::{EventHandler as _, HandleError};
use notification_service::{
    Config,
    intake::handler::Intake,
    notifications::{
        model::Notification,
        queries::{self, Reading, Wanted},
        requests::InboxState,
    },
    reminders::Scheduler,
};
use service_kit::db::Db;
use testkit::TestDatabase;
use uuid::Uuid;

pub const CREATOR: Uuid = Uuid::from_u128(1);
pub const ANN: Uuid = Uuid::from_u128(2);
pub const BOB: Uuid = Uuid::from_u128(3);

pub struct Store {
    pub database: TestDatabase,
    pub db: Db,
    pub scheduler: Scheduler,
    intake: Intake,
}

impl Store {
    pub async fn open() -> Self {
        let database = tokio::task::spawn_blocking(TestDatabase::create).await.unwrap();
        // A machine that is busy with other tests is not a fault, so statements have time.
        let patience = ["--statement-timeout-ms", "60000"];
        let arguments =
            [&["it", "--database-url", database.url(), "--cursor-secret", "secret"], &patience[..]].concat();
        let db = notification_service::migrate(&Config::parse_from(arguments)).await.unwrap();
        let scheduler = scheduler(&db);
        // Nobody is asked anything: the directory here only hears.
        let directory =
            Directory::new(db.clone(), UserService::new(reqwest::Client::new(), "http://127.0.0.1:9"));
        let intake = Intake::new(directory, scheduler.waker(), Default::default());
        Self { database, db, scheduler, intake }
    }

    pub fn connect(&self) -> PgConnection {
        self.database.connect("notification")
    }

    pub fn execute(&self, sql: &str) {
        self.connect().batch_execute(sql).unwrap();
    }

    /// What the consumer does with an event, without its inbox.
    pub fn hear(&self, event: &Envelope) -> Result<(), HandleError> {
        use diesel::Connection as _;
        self.connect().transaction(|conn| self.intake.handle(conn, event))
    }

    /// What handles events here, once more.
    pub fn intake(&self) -> Intake {
        let directory =
            Directory::new(self.db.clone(), UserService::new(reqwest::Client::new(), "http://127.0.0.1:9"));
        Intake::new(directory, self.scheduler.waker(), Default::default())
    }

    /// What the consumer does with a batch of events.
    pub fn hear_all(&self, events: &[&Envelope]) -> Result<(), HandleError> {
        use diesel::Connection as _;
        self.connect().transaction(|conn| self.intake.handle_all(conn, events))
    }

    /// All that somebody has been told, oldest first.
    pub fn told(&self, user: Uuid) -> Vec<Notification> {
        let wanted = Wanted { user, state: InboxState::All, kinds: None, task: None };
        let reading = Reading { from: None, backward: false, limit: 100_000 };
        let mut rows = queries::list(&mut self.connect(), &wanted, reading).unwrap();
        rows.reverse();
        rows
    }

    /// The types of it.
    pub fn kinds(&self, user: Uuid) -> Vec<&'static str> {
        self.told(user).iter().map(|row| row.kind.as_str()).collect()
    }
}

/// One more replica's.
pub fn scheduler(db: &Db) -> Scheduler {
    Scheduler::new(db.clone(), Duration::from_secs(15))
}

pub fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_900_000_000, 0).unwrap()
}

pub fn at(minutes: i64) -> DateTime<Utc> {
    now() + TimeDelta::minutes(minutes)
}

/// Ann's open task, without a due date.
pub fn task(number: u128) -> TaskState {
    TaskState {
        id: Uuid::from_u128(1000 + number),
        title: format!("Task {number}"),
        description: String::new(),
        status: "todo".to_owned(),
        priority: "none".to_owned(),
        due_date: None,
        assignee_id: Some(ANN),
        assigned_to: Some("ann@example.org".to_owned()),
        created_by: CREATOR,
        version: 1,
        created_at: now(),
        updated_at: now(),
        completed_at: None,
        deleted_at: None,
    }
}

/// Done by the creator; `former` was the assignee before.
pub fn event(key: RoutingKey, task: &TaskState, former: Option<Uuid>) -> Envelope {
    let id = |id: Option<Uuid>| serde_json::to_value(id).unwrap();
    let change = Change { from: id(former), to: id(task.assignee_id) };
    let data = TaskData {
        task: task.clone(),
        changes: Changes::from([("assignee_id".to_owned(), change)]),
        actor: EventActor { id: Some(CREATOR), email: Some("creator@example.org".to_owned()) },
    };
    Envelope::new(key, task.id, task.version, 0, &data).unwrap()
}
