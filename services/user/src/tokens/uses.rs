//! When each token was last used: noted in memory on the way of a request, written in batches beside it.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use diesel::{
    PgConnection, RunQueryDsl as _, sql_query,
    sql_types::{Array, Timestamptz, Uuid as SqlUuid},
};
use service_kit::db::Db;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{clock, error::Error};

/// The pause between two batches.
const PAUSE: Duration = Duration::from_secs(5);
/// A token's last use is written once in so long at most.
const PRECISION: TimeDelta = TimeDelta::seconds(60);

/// The uses that are not written yet, and those that were written a moment ago.
#[derive(Default)]
pub struct Uses(Mutex<HashMap<Uuid, Use>>);

#[derive(Clone, Copy)]
struct Use {
    at: DateTime<Utc>,
    written: bool,
}

impl Uses {
    /// Takes note of a use, unless one of the last minute is known.
    pub fn note(&self, token: Uuid) {
        self.note_at(token, clock::now());
    }

    fn note_at(&self, token: Uuid, at: DateTime<Utc>) {
        let mut uses = self.lock();
        if uses.get(&token).is_none_or(|known| at - known.at >= PRECISION) {
            uses.insert(token, Use { at, written: false });
        }
    }

    /// Writes what was noted, in one statement; tells how many tokens that were.
    ///
    /// # Errors
    /// The database's; then the next step tries again.
    pub async fn step(&self, db: &Db) -> Result<usize, Error> {
        let (ids, instants) = self.pending(clock::now());
        if ids.is_empty() {
            return Ok(0);
        }
        let batch = (ids.clone(), instants.clone());
        db.read(move |conn| write(conn, &batch.0, &batch.1)).await?;
        self.written(&ids, &instants);
        Ok(ids.len())
    }

    /// Writes until `stop`, and what is left after it.
    pub async fn run(self: std::sync::Arc<Self>, db: Db, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(PAUSE) => {}
            }
            if let Err(error) = self.step(&db).await {
                log::warn!("uses of personal access tokens: {error}");
            }
            if stop.is_cancelled() {
                return;
            }
        }
    }

    /// What is to be written; forgets what was written long ago.
    fn pending(&self, now: DateTime<Utc>) -> (Vec<Uuid>, Vec<DateTime<Utc>>) {
        let mut uses = self.lock();
        uses.retain(|_, one| !one.written || now - one.at < PRECISION);
        uses.iter().filter(|(_, one)| !one.written).map(|(id, one)| (*id, one.at)).unzip()
    }

    fn written(&self, ids: &[Uuid], instants: &[DateTime<Utc>]) {
        let mut uses = self.lock();
        for (id, at) in ids.iter().zip(instants) {
            if let Some(one) = uses.get_mut(id).filter(|one| one.at == *at) {
                one.written = true;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Uuid, Use>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn write(conn: &mut PgConnection, ids: &[Uuid], instants: &[DateTime<Utc>]) -> Result<usize, Error> {
    let written = sql_query(
        "UPDATE personal_access_tokens SET last_used_at = used.at \
         FROM unnest($1, $2) AS used (id, at) WHERE personal_access_tokens.id = used.id \
         AND (last_used_at IS NULL OR last_used_at < used.at)",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<Array<Timestamptz>, _>(instants)
    .execute(conn)?;
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_use_is_written_once_a_minute_at_most() {
        let (uses, token) = (Uses::default(), Uuid::from_u128(1));
        let at = |seconds: i64| DateTime::from_timestamp(1_000 + seconds, 0).expect("an instant");
        let pending = |seconds: i64| uses.pending(at(seconds)).0.len();
        for second in 0..30 {
            uses.note_at(token, at(second));
        }
        let (ids, instants) = uses.pending(at(30));
        assert_eq!(instants, [at(0)]);
        // Not written: it stays pending.
        assert_eq!(pending(31), 1);
        uses.written(&ids, &instants);
        uses.note_at(token, at(59));
        assert_eq!(pending(59), 0);
        uses.note_at(token, at(60));
        assert_eq!(pending(60), 1);
    }

    #[test]
    fn what_was_written_long_ago_takes_no_memory() {
        let uses = Uses::default();
        let at = DateTime::from_timestamp(1_000, 0).expect("an instant");
        uses.note_at(Uuid::from_u128(1), at);
        let (ids, instants) = uses.pending(at);
        uses.written(&ids, &instants);
        assert!(uses.pending(at + PRECISION).0.is_empty());
        assert!(uses.lock().is_empty());
    }
}
