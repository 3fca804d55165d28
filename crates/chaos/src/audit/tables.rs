//! What the database and the bus say, looked at as a superuser.

use anyhow::Context as _;
use diesel::{Connection as _, PgConnection, RunQueryDsl as _, sql_query, sql_types::BigInt};

use rig::System;

/// Counts.
pub struct Tables {
    /// Rows of notifications.
    pub notifications: u64,
    /// Rows in outboxes that are not sent.
    pub unsent: u64,
    /// Messages in queues.
    pub queued: u64,
    /// Dead letters of all queues.
    pub dead: u64,
    /// Notifications of a user and a task that come after one of a later change of it.
    pub descending: u64,
}

/// A notification follows from an event, whose `sequence` is the version of the task; the outbox keeps events for a week.
const COUNTS: &str = r#"
    WITH told AS (
        SELECT lag((o.body::jsonb ->> 'sequence')::bigint) OVER (PARTITION BY n.user_id, n.task_id ORDER BY n.position)
            > (o.body::jsonb ->> 'sequence')::bigint AS descends
        FROM notification.notifications n JOIN task.outbox o USING (event_id))
    SELECT (SELECT count(*) FROM notification.notifications) AS notifications,
        (SELECT count(*) FROM "user".outbox WHERE sent_at IS NULL)
            + (SELECT count(*) FROM task.outbox WHERE sent_at IS NULL) AS unsent,
        (SELECT count(*) FROM told WHERE descends) AS descending"#;

#[derive(diesel::QueryableByName)]
struct Counts {
    #[diesel(sql_type = BigInt)]
    notifications: i64,
    #[diesel(sql_type = BigInt)]
    unsent: i64,
    #[diesel(sql_type = BigInt)]
    descending: i64,
}

async fn counts(system: &System) -> anyhow::Result<Counts> {
    let url = system.database.clone();
    tokio::task::spawn_blocking(move || {
        let mut conn = PgConnection::establish(&url).context("the database")?;
        Ok(sql_query(COUNTS).get_result(&mut conn)?)
    })
    .await?
}

impl Tables {
    /// Rows in outboxes that are not sent: all that can be told while the broker is away.
    pub async fn of_outboxes(system: &System) -> anyhow::Result<u64> {
        Ok(counts(system).await?.unsent.unsigned_abs())
    }

    /// Reads everything.
    pub async fn read(system: &System) -> anyhow::Result<Self> {
        let counts = counts(system).await?;
        let (mut queued, mut dead) = (0, 0);
        for (queue, _) in events::routing::QUEUES {
            queued += system.bus.depth(queue).await?;
            dead += system.bus.dead_letters(queue, 1000).await?.len() as u64;
        }
        Ok(Self {
            notifications: counts.notifications.unsigned_abs(),
            unsent: counts.unsent.unsigned_abs(),
            queued,
            dead,
            descending: counts.descending.unsigned_abs(),
        })
    }
}
