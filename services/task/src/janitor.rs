//! Throws away what is over: tasks that were in the trash for 30 days, old keys of idempotency, ended sessions, old
//! imports.

use std::time::Duration;

use diesel::{PgConnection, QueryResult};
use service_kit::{db::Db, http::idempotency};
use tokio_util::sync::CancellationToken;

use crate::{error::Error, transfer::import::operations, trash::purge::purge};

const PAUSE: Duration = Duration::from_secs(600);
/// Rows that one transaction deletes: short locks.
const BATCH: i32 = 500;

/// Few, and small.
fn imports(conn: &mut PgConnection) -> QueryResult<usize> {
    operations::give_up_gone(conn)?;
    operations::prune(conn)
}

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
        let mut deleted = self.emptied(|conn| purge(conn, i64::from(BATCH))).await?;
        deleted += self.emptied(|conn| idempotency::prune(conn, BATCH)).await?;
        deleted += self.emptied(|conn| directory::prune(conn, BATCH)).await?;
        deleted += self.emptied(imports).await?;
        Ok(deleted)
    }

    /// Repeats a cleaning until it finds less than a batch.
    async fn emptied(
        &self,
        cleaning: impl Fn(&mut PgConnection) -> QueryResult<usize> + Copy + Send + 'static,
    ) -> Result<usize, Error> {
        let mut deleted = 0;
        loop {
            let batch = self.db.transaction(move |conn| cleaning(conn).map_err(Error::from)).await?;
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
