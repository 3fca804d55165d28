//! A Postgres connection of its own, on a thread of its own: for what must outlive a transaction (an advisory lock,
//! LISTEN) and for work that is only right while that lock is held.
//!
//! All work sent to a session runs on the connection that holds its lock, so a session that lost the lock cannot
//! write: there is no moment at which two holders both act.

use std::{
    sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, anyhow};
use diesel::{
    Connection, PgConnection, QueryResult, RunQueryDsl, connection::SimpleConnection, dsl::sql,
    result::Error, sql_types::Bool,
};
use tokio::sync::{oneshot, watch};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::{retry::Backoff, wake::Notification};

/// How often notifications are looked for: half of it is the mean delay that a wake-up adds. libpq has no blocking
/// wait here, and one look costs a few microseconds.
const TICK: Duration = Duration::from_millis(15);
/// The tick of a session that listens to nothing: only there to notice that it should stop.
const IDLE_TICK: Duration = Duration::from_millis(200);
/// How often a held-up session tries for the lock. A blocking wait would hold a snapshot, and deadlock with
/// CREATE INDEX CONCURRENTLY.
const LOCK_RETRY: Duration = Duration::from_millis(100);
/// Longest wait before a reconnect.
const RECONNECT: Duration = Duration::from_secs(2);

type Job = Box<dyn FnOnce(&mut PgConnection) + Send>;
type Setup = Box<dyn Fn(&mut PgConnection) -> QueryResult<Vec<String>> + Send>;

/// What a session does each time that it has connected.
pub(crate) struct Plan {
    /// libpq URL.
    pub url: String,
    /// For logs and for `pg_stat_activity`.
    pub name: String,
    /// Text of the advisory lock to hold, if any; work waits until it is held. Locks are per database.
    pub lock: Option<String>,
    /// Runs when connected (and the lock held), before anything else; returns the channels to listen to.
    pub setup: Setup,
    /// Called for each notification, on the session's thread.
    pub notified: Box<dyn Fn(Notification) + Send>,
}

/// The handle; dropping it ends the thread and closes the connection, which frees the lock.
pub(crate) struct Session {
    jobs: Sender<Job>,
    ready: watch::Receiver<bool>,
    name: String,
    _stop: DropGuard,
}

impl Session {
    /// Starts the thread, which connects, and reconnects, by itself. The session ends with `stop` too.
    pub fn spawn(plan: Plan, stop: &CancellationToken) -> anyhow::Result<Self> {
        let (jobs, work) = channel();
        let (ready_sender, ready) = watch::channel(false);
        let stop = stop.child_token();
        let name = plan.name.clone();
        let until = stop.clone();
        thread::Builder::new()
            .name("pg-session".to_owned())
            .spawn(move || stay_connected(&plan, &work, &ready_sender, &until))
            .context("starting a thread")?;
        Ok(Self { jobs, ready, name, _stop: stop.drop_guard() })
    }

    /// Waits until the session is connected and holds its lock.
    pub async fn ready(&self) -> anyhow::Result<()> {
        let mut ready = self.ready.clone();
        ready.wait_for(|ready| *ready).await.with_context(|| format!("{} has ended", self.name))?;
        Ok(())
    }

    /// Runs `work` on the connection. When this future is dropped, the work is still done.
    ///
    /// # Errors
    /// What `work` returns, or that the connection was lost before its turn.
    pub async fn run<T, F>(&self, work: F) -> anyhow::Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut PgConnection) -> QueryResult<T> + Send + 'static,
    {
        let (sender, result) = oneshot::channel();
        let job: Job = Box::new(move |conn| {
            // The caller may have gone; what was done stays done.
            let _ = sender.send(work(conn));
        });
        self.jobs.send(job).map_err(|_| anyhow!("{} has ended", self.name))?;
        let outcome = result.await.with_context(|| format!("{} is not connected", self.name))?;
        Ok(outcome?)
    }
}

fn stay_connected(plan: &Plan, work: &Receiver<Job>, ready: &watch::Sender<bool>, stop: &CancellationToken) {
    let mut backoff = Backoff::up_to(RECONNECT);
    while !stop.is_cancelled() {
        let outcome = serve(plan, work, ready, stop);
        if ready.send_replace(false) {
            backoff.reset();
        }
        match outcome {
            Ok(()) => return,
            Err(error) => log::warn!("{}: {error:#}; connecting again", plan.name),
        }
        refuse_for(backoff.next_delay(), work, stop);
    }
}

/// One connection's life. Returns when told to stop.
fn serve(
    plan: &Plan,
    work: &Receiver<Job>,
    ready: &watch::Sender<bool>,
    stop: &CancellationToken,
) -> anyhow::Result<()> {
    let mut conn = PgConnection::establish(&plan.url)?;
    set_name(&mut conn, &plan.name)?;
    if let Some(lock) = &plan.lock {
        while !try_lock(&mut conn, lock)? {
            refuse_for(LOCK_RETRY, work, stop);
            if stop.is_cancelled() {
                return Ok(());
            }
        }
    }
    let channels = (plan.setup)(&mut conn)?;
    for channel in &channels {
        conn.batch_execute(&format!("LISTEN \"{}\"", channel.replace('"', "\"\"")))?;
    }
    let tick = if channels.is_empty() { IDLE_TICK } else { TICK };
    ready.send_replace(true);
    while !stop.is_cancelled() {
        for notification in conn.notifications_iter() {
            let notification = notification?;
            (plan.notified)(Notification { channel: notification.channel, payload: notification.payload });
        }
        match work.recv_timeout(tick) {
            Ok(job) => job(&mut conn),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        }
    }
    Ok(())
}

/// Waits, and turns away the work that comes meanwhile: its caller learns at once that there is no connection.
fn refuse_for(time: Duration, work: &Receiver<Job>, stop: &CancellationToken) {
    let until = Instant::now() + time;
    while !stop.is_cancelled() {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return;
        }
        if let Err(RecvTimeoutError::Disconnected) = work.recv_timeout(left.min(LOCK_RETRY)) {
            return;
        }
    }
}

/// Tries for a lock that lasts as long as the connection, named by any text.
pub(crate) fn try_lock(conn: &mut PgConnection, lock: &str) -> QueryResult<bool> {
    let quoted = lock.replace('\'', "''");
    let query = format!("pg_try_advisory_lock(hashtextextended('{quoted}', 0))");
    diesel::select(sql::<Bool>(&query)).get_result(conn)
}

fn set_name(conn: &mut PgConnection, name: &str) -> Result<(), Error> {
    let quoted = name.replace('\'', "''");
    conn.batch_execute(&format!("SET application_name = '{quoted}'; SET TIME ZONE 'UTC'"))
}
