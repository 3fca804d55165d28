//! Throws away what is over: sessions, attempts, tokens of mails, old keys of idempotency, retired signing keys.

use std::time::Duration;

use chrono::TimeDelta;
use diesel::{PgConnection, QueryResult, RunQueryDsl as _, sql_query, sql_types::BigInt};
use service_kit::{db::Db, http::idempotency};
use tokio_util::sync::CancellationToken;

use crate::{audit, clock, error::Error, keys::rotate, mails};

const PAUSE: Duration = Duration::from_secs(600);
/// Rows that one statement deletes: short locks, short transactions.
const BATCH: i32 = 1000;

/// What is deleted, batch by batch. Sessions stay for a day after their end, longer than any access token of theirs.
const CLEANINGS: [&str; 6] = [
    "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at < now() - interval '1 day' \
     OR ended_at < now() - interval '1 day' LIMIT $1)",
    "DELETE FROM password_resets WHERE hash IN (SELECT hash FROM password_resets \
     WHERE expires_at < now() LIMIT $1)",
    "DELETE FROM personal_access_tokens WHERE id IN (SELECT id FROM personal_access_tokens \
     WHERE expires_at < now() - interval '30 days' LIMIT $1)",
    "DELETE FROM email_proofs WHERE hash IN (SELECT hash FROM email_proofs \
     WHERE expires_at < now() LIMIT $1)",
    "DELETE FROM login_failures WHERE (account, client) IN (SELECT account, client FROM login_failures \
     WHERE failed_at < now() - interval '1 hour' LIMIT $1 FOR UPDATE SKIP LOCKED)",
    "DELETE FROM client_windows WHERE (action, client) IN (SELECT action, client FROM client_windows \
     WHERE started_at < now() - interval '2 hours' LIMIT $1 FOR UPDATE SKIP LOCKED)",
];

/// Cleans up every ten minutes.
pub struct Janitor {
    db: Db,
    audit_retention: TimeDelta,
}

impl Janitor {
    /// For the tables of `db`; the audit log is kept for so many days.
    #[must_use]
    pub fn new(db: Db, audit_retention_days: u32) -> Self {
        Self { db, audit_retention: TimeDelta::days(audit_retention_days.into()) }
    }

    /// One round; tells how many rows it deleted.
    ///
    /// # Errors
    /// The database's.
    pub async fn step(&self) -> Result<usize, Error> {
        let mut deleted = self.db.read(|conn| rotate::prune(conn).map_err(Error::from)).await?;
        for cleaning in CLEANINGS {
            deleted += self
                .emptied(move |conn| sql_query(cleaning).bind::<BigInt, _>(i64::from(BATCH)).execute(conn))
                .await?;
        }
        deleted += self.emptied(|conn| idempotency::prune(conn, BATCH)).await?;
        deleted += self.emptied(|conn| mails::queue::prune(conn, BATCH)).await?;
        let oldest = clock::now() - self.audit_retention;
        deleted += self.emptied(move |conn| audit::queries::prune(conn, oldest, BATCH.into())).await?;
        Ok(deleted)
    }

    /// Repeats a cleaning until it finds less than a batch.
    async fn emptied(
        &self,
        cleaning: impl Fn(&mut PgConnection) -> QueryResult<usize> + Copy + Send + 'static,
    ) -> Result<usize, Error> {
        let mut deleted = 0;
        loop {
            let batch = self.db.read(move |conn| cleaning(conn).map_err(Error::from)).await?;
            deleted += batch;
            if batch < BATCH.unsigned_abs() as usize {
                return Ok(deleted);
            }
        }
    }

    /// Runs until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        loop {
            match self.step().await {
                Ok(0) => {}
                Ok(count) => log::debug!("deleted {count} rows that were over"),
                Err(error) => log::warn!("cleaning up: {error}"),
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }
}
