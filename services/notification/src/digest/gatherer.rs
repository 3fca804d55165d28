//! Looks every half minute whose digest is due, and queues it as a mail.

use std::time::Duration;

use chrono::{DateTime, Utc};
use service_kit::db::Db;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    due,
    queries::{self, BATCH, Waiting},
};
use crate::{error::Error, mail::entries};

const PAUSE: Duration = Duration::from_secs(30);

/// Makes digests. Any number of replicas may.
pub struct Gatherer {
    db: Db,
}

impl Gatherer {
    /// Of the mails in `db`.
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self { db }
    }

    /// Makes every digest that is due at `at` (the database's present time if `None`); tells how many.
    ///
    /// # Errors
    /// The database's; what was committed before stays.
    pub async fn step(&self, at: Option<DateTime<Utc>>) -> Result<usize, Error> {
        let (mut made, mut after) = (0, Uuid::nil());
        loop {
            let read = self.db.read(move |conn| queries::waiting(conn, after).map_err(Error::from));
            let batch = read.await?;
            let Some(last) = batch.last() else { return Ok(made) };
            after = last.user_id;
            let is_all = i64::try_from(batch.len()).is_ok_and(|count| count < BATCH);
            for one in batch {
                made += usize::from(self.make(one, at).await?);
            }
            if is_all {
                return Ok(made);
            }
        }
    }

    /// Makes one person's, if it is due and there is something in it.
    async fn make(&self, one: Waiting, at: Option<DateTime<Utc>>) -> Result<bool, Error> {
        let Some((date, since)) = due::due(one.plan(), one.last, one.oldest, at.unwrap_or(one.now)) else {
            return Ok(false);
        };
        let work = move |conn: &mut _| {
            let id = Uuid::now_v7();
            let (tasks, notifications) = queries::gather(conn, one.user_id, date, since, id)?;
            if notifications == 0 {
                return Ok(false);
            }
            let subject = one.language.catalogue().digest_subject(tasks, notifications);
            entries::push_digest(conn, id, one.user_id, &subject, one.language)?;
            Ok::<_, Error>(true)
        };
        self.db.transaction(work).await
    }

    /// Runs until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        loop {
            match self.step(None).await {
                Ok(0) => {}
                Ok(made) => log::info!("digests: {made} made"),
                Err(error) => log::warn!("digests: {error}"),
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }
}
