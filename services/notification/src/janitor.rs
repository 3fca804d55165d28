//! Throws away what is over: old keys of idempotency, ended sessions, settled mails, reminders and tasks of long ago,
//! and what is left of deleted notifications. (The consumer keeps its inbox short by itself.)

use std::time::Duration;

use diesel::{PgConnection, QueryResult, RunQueryDsl as _, sql_query, sql_types::Integer};
use service_kit::{db::Db, http::idempotency};
use tokio_util::sync::CancellationToken;

use crate::{digest, error::Error, mail::queue, reminders, webhooks};

const PAUSE: Duration = Duration::from_secs(600);
/// Rows that one transaction deletes: short locks.
const BATCH: i32 = 500;

/// Longer than an event can come again: the inbox keeps 90 days.
const DELETED_NOTIFICATIONS: &str = "DELETE FROM notifications WHERE id IN (SELECT id FROM notifications \
     WHERE deleted_at < now() - interval '100 days' LIMIT $1)";
/// Longer than a task stays in the trash (30 days).
const DELETED_TASKS: &str = "DELETE FROM tasks WHERE id IN (SELECT id FROM tasks \
     WHERE deleted AND changed_at < now() - interval '100 days' LIMIT $1)";

/// Cleans up every ten minutes.
pub struct Janitor {
    db: Db,
}

impl Janitor {
    /// For the tables of `db`.
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self { db }
    }

    /// One round; tells how many rows it deleted.
    ///
    /// # Errors
    /// The database's.
    pub async fn step(&self) -> Result<usize, Error> {
        let mut deleted = 0;
        let cleanings: [fn(&mut PgConnection) -> QueryResult<usize>; 8] = [
            |conn| idempotency::prune(conn, BATCH),
            |conn| directory::prune(conn, BATCH),
            |conn| queue::prune(conn, BATCH),
            |conn| webhooks::queue::prune(conn, BATCH),
            |conn| reminders::queries::prune(conn, BATCH),
            |conn| digest::queries::prune(conn, BATCH),
            |conn| sql_query(DELETED_NOTIFICATIONS).bind::<Integer, _>(BATCH).execute(conn),
            |conn| sql_query(DELETED_TASKS).bind::<Integer, _>(BATCH).execute(conn),
        ];
        for cleaning in cleanings {
            loop {
                let batch = self.db.transaction(move |conn| cleaning(conn).map_err(Error::from)).await?;
                deleted += batch;
                if batch < BATCH.unsigned_abs() as usize {
                    break;
                }
            }
        }
        Ok(deleted)
    }

    /// Runs until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        loop {
            match self.step().await {
                Ok(0) => {}
                Ok(count) => log::info!("deleted {count} rows that were over"),
                Err(error) => log::warn!("cleaning up: {error}"),
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }
}
