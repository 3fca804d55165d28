//! Looks for due reminders, every few seconds and whenever a task has changed, and tells the assignees.

use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::{PgConnection, QueryResult};
use service_kit::db::Db;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    queries::{self, BATCH, Fired},
    waker::Waker,
};
use crate::{
    error::Error,
    notifications::{
        message::Facts,
        recipients::{self, Recipient},
        telling::{News, tell},
    },
};

/// More changed tasks than that at once: all are looked at, which is one statement too.
const MANY: usize = 1000;

/// What a step did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Reminders told.
    pub told: usize,
    /// Reminders recorded as missed.
    pub missed: usize,
}

/// Fires reminders.
pub struct Scheduler {
    db: Db,
    waker: Waker,
    every: Duration,
}

impl Scheduler {
    /// A scheduler that looks `every` so often.
    #[must_use]
    pub fn new(db: Db, every: Duration) -> Self {
        Self { db, waker: Waker::default(), every }
    }

    /// What wakes it when tasks have changed.
    #[must_use]
    pub fn waker(&self) -> Waker {
        self.waker.clone()
    }

    /// Fires everything that is due at `at` (the database's present time if `None`), of these tasks or of all.
    ///
    /// # Errors
    /// The database's; what was committed before stays.
    pub async fn step(&self, at: Option<DateTime<Utc>>, only: Option<Vec<Uuid>>) -> Result<Outcome, Error> {
        let mut outcome = Outcome::default();
        loop {
            let only = only.clone();
            let work = move |conn: &mut PgConnection| {
                let fired = queries::fire(conn, at, only.as_deref())?;
                if fired.is_empty() {
                    return Ok::<_, Error>(Outcome::default());
                }
                failpoints::fail_point!("reminders::fired");
                announce(conn, &fired)?;
                failpoints::fail_point!("reminders::announced");
                let missed = fired.iter().filter(|one| one.is_missed).count();
                Ok(Outcome { told: fired.len() - missed, missed })
            };
            let batch = self.db.transaction(work).await?;
            if batch == Outcome::default() {
                return Ok(outcome);
            }
            failpoints::fail_point!("reminders::committed");
            outcome.told += batch.told;
            outcome.missed += batch.missed;
            if batch.told + batch.missed < BATCH.unsigned_abs() as usize {
                return Ok(outcome);
            }
        }
    }

    /// Runs until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        count(Outcome::default());
        // Its own clock: however often tasks change, all of them are looked at now and then. The first look is at once.
        let mut everything = tokio::time::interval(self.every);
        everything.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let only = tokio::select! {
                () = stop.cancelled() => return,
                _ = everything.tick() => None,
                touched = self.waker.woken() => Some(touched).filter(|touched| touched.len() <= MANY),
            };
            match self.step(None, only).await {
                Ok(Outcome { told: 0, missed: 0 }) => {}
                Ok(outcome) => {
                    count(outcome);
                    log::info!("reminders: {} told, {} missed", outcome.told, outcome.missed);
                }
                Err(error) => log::warn!("reminders: {error}"),
            }
        }
    }
}

fn count(Outcome { told, missed }: Outcome) {
    metrics::counter!("reminders_total", "result" => "told").increment(told as u64);
    metrics::counter!("reminders_total", "result" => "missed").increment(missed as u64);
}

/// Tells those who are to be told.
fn announce(conn: &mut PgConnection, fired: &[Fired]) -> QueryResult<()> {
    let due: Vec<&Fired> = fired.iter().filter(|one| !one.is_missed).collect();
    let wanted: Vec<_> = due.iter().map(|one| (one.assignee_id, one.kind)).collect();
    let found = recipients::find(conn, &wanted)?;
    let told: Vec<_> = found.into_iter().map(|(place, recipient)| news(due[place], recipient)).collect();
    tell(conn, &told)
}

fn news(one: &Fired, recipient: Recipient) -> News<'_> {
    News {
        event_id: Uuid::now_v7(),
        recipient,
        task_id: one.task_id,
        actor_id: None,
        facts: Facts {
            title: &one.title,
            actor: None,
            due_date: Some(one.due_date),
            status: &one.status,
            zone: recipient.zone,
            language: recipient.language,
        },
    }
}
