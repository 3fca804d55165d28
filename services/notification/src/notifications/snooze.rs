//! Brings back what was snoozed: unread, at the top of the list, and on the stream like something new.

use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::{
    PgConnection, QueryResult, RunQueryDsl as _,
    sql_types::{BigInt, Nullable, Text, Timestamptz},
};
use service_kit::db::Db;
use tokio_util::sync::CancellationToken;

use crate::error::Error;

/// Notifications that one transaction brings back.
const BATCH: i64 = 500;
/// How late something may come back.
const PAUSE: Duration = Duration::from_secs(5);

service_kit::statement! {
    /// A new position, taken as a new notification takes it. The first one is kept: a stream that was interrupted after
    /// this notification goes on after its first place, where everything since then lies.
    struct BringBack { at: Option<DateTime<Utc>> => Nullable<Timestamptz>, limit: i64 => BigInt } -> Text;
    "WITH due AS (SELECT id, user_id, snoozed_until FROM notifications \
       WHERE snoozed_until <= coalesce(?, now()) AND deleted_at IS NULL \
       ORDER BY snoozed_until LIMIT ? FOR UPDATE SKIP LOCKED), \
     places AS (INSERT INTO user_positions AS p (user_id, latest) \
       SELECT user_id, count(*) FROM due GROUP BY user_id ORDER BY user_id \
       ON CONFLICT (user_id) DO UPDATE SET latest = p.latest + excluded.latest RETURNING user_id, latest), \
     back AS (UPDATE notifications n SET snoozed_until = NULL, read_at = NULL, \
         first_position = coalesce(n.first_position, n.position), position = places.latest + 1 - d.place \
       FROM (SELECT id, user_id, row_number() OVER (PARTITION BY user_id ORDER BY snoozed_until DESC, id DESC) AS place \
         FROM due) d JOIN places USING (user_id) WHERE n.id = d.id) \
     SELECT pg_notify('notifications_' || current_schema(), user_id::text)::text FROM places"
}

/// Brings back what is due at `at` (the database's present time if `None`), a batch of it; tells for how many people.
///
/// # Errors
/// The database's.
pub fn bring_back(conn: &mut PgConnection, at: Option<DateTime<Utc>>) -> QueryResult<usize> {
    BringBack { at: &at, limit: &BATCH }.execute(conn)
}

/// Looks every few seconds for what comes back. Any number of replicas may.
pub struct Alarm {
    db: Db,
}

impl Alarm {
    /// For the notifications in `db`.
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self { db }
    }

    /// Brings back everything that is due at `at` (the database's present time if `None`).
    ///
    /// # Errors
    /// The database's; what was committed before stays.
    pub async fn step(&self, at: Option<DateTime<Utc>>) -> Result<(), Error> {
        while self.db.transaction(move |conn| bring_back(conn, at).map_err(Error::from)).await? > 0 {}
        Ok(())
    }

    /// Runs until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        loop {
            if let Err(error) = self.step(None).await {
                log::warn!("snoozed notifications: {error}");
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }
}
