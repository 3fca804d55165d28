//! The relay's lock, and its sleep. See [`crate::outbox`] for why a writer must know whether the relay sleeps.

use std::{sync::Arc, time::Duration};

use diesel::{
    PgConnection, QueryResult, RunQueryDsl,
    dsl::sql,
    sql_types::{Bool, Text},
};
use tokio::{sync::Notify, time::timeout};
use tokio_util::sync::CancellationToken;

use super::Relay;
use crate::session::{Plan, Session};

/// The net under the wake-ups.
const POLL: Duration = Duration::from_secs(1);
/// Until the next look, while a writer is between its insert and its commit. Most are about to commit; one that imports a
/// file takes a minute, and each look passes over all the rows that it has written and nobody sees yet. So every look in
/// vain doubles the pause, up to the last.
const WRITER_PENDING: Duration = Duration::from_millis(4);
const LONG_WRITER_PENDING: Duration = Duration::from_millis(256);

/// The session that makes this relay the service's active one.
pub(super) fn lead(url: &str, name: &str, wake: Arc<Notify>) -> anyhow::Result<Session> {
    let plan = Plan {
        url: url.to_owned(),
        name: format!("docket {name} relay"),
        lock: Some(format!("docket {name} relay")),
        setup: Box::new(|conn| {
            let schema: String = diesel::select(sql::<Text>("current_schema()")).get_result(conn)?;
            Ok(vec![format!("outbox_{schema}")])
        }),
        notified: Box::new(move |_| wake.notify_one()),
    };
    Session::spawn(plan, &CancellationToken::new())
}

impl Relay {
    /// Waits until there may be something to do.
    pub(super) async fn rest(&mut self, session: &Session) {
        match session.run(fall_asleep).await {
            Ok(true) => {
                self.vain = 0;
                self.sleep().await;
                // Lost with the connection, if that broke; so the outcome does not matter.
                let _ = session.run(wake_up).await;
            }
            Ok(false) => {
                let pause = WRITER_PENDING.saturating_mul(1 << self.vain.min(6)).min(LONG_WRITER_PENDING);
                self.vain = self.vain.saturating_add(1);
                tokio::time::sleep(pause).await;
            }
            Err(error) => {
                log::warn!("{} relay: {error:#}", self.name);
                tokio::time::sleep(POLL).await;
            }
        }
    }

    /// Writers notify from here on. One that looked before, and so did not, has committed by now, or the lock could
    /// not have been taken: a last look sees its rows.
    async fn sleep(&mut self) {
        match self.has_work().await {
            Ok(true) => {}
            Ok(false) | Err(_) => {
                let _ = timeout(POLL, self.wake.notified()).await;
            }
        }
    }

    async fn has_work(&self) -> anyhow::Result<bool> {
        self.db.read(|conn| Ok::<_, anyhow::Error>(!super::batch::due(conn)?.is_empty())).await
    }
}

fn fall_asleep(conn: &mut PgConnection) -> QueryResult<bool> {
    select_bool(conn, "pg_try_advisory_lock")
}

fn wake_up(conn: &mut PgConnection) -> QueryResult<bool> {
    select_bool(conn, "pg_advisory_unlock")
}

fn select_bool(conn: &mut PgConnection, function: &str) -> QueryResult<bool> {
    let key = "hashtextextended('outbox relay asleep in ' || current_schema(), 0)";
    diesel::select(sql::<Bool>(&format!("{function}({key})"))).get_result(conn)
}
