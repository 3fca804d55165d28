//! The work of an import, from the file's last byte to its outcome. It goes on when the client has gone.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use service_kit::{
    Problem,
    auth::{Account, Bearer},
    db::{Db, DbError},
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::MissedTickBehavior,
};
use uuid::Uuid;

use super::{
    faults::Findings, model::ImportState, operations, records::records, unpack::Packed, write::write,
};
use crate::{bulk::assignees::Assignees, clock, error::Error, state::AppState, transfer::format::Format};

/// How often an import says how far it is.
const BEAT: Duration = Duration::from_secs(1);
/// Seconds after which a client may try again when another import is under way.
const RETRY_AFTER_SECONDS: u64 = 5;
const DISABLED_MEANWHILE: &str =
    "Somebody who is named in the file was disabled meanwhile. Nothing was imported: send it again.";

/// One import at a time in each process: files lie in memory while they are worked on.
#[derive(Clone)]
pub struct ImportSlot(Arc<Semaphore>);

impl Default for ImportSlot {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(1)))
    }
}

impl ImportSlot {
    /// Takes the slot; it is free again when the permit is dropped.
    ///
    /// # Errors
    /// 429 while another import has it.
    pub fn take(&self) -> Result<OwnedSemaphorePermit, Problem> {
        let permit = Arc::clone(&self.0).try_acquire_owned();
        permit.map_err(|_| Problem::too_many_requests(RETRY_AFTER_SECONDS))
    }
}

/// A file, and what is to be done with it.
#[derive(Clone)]
pub struct Job {
    /// The import's id.
    pub id: Uuid,
    /// Whose it is.
    pub by: Account,
    /// In whose name people are looked up.
    pub bearer: Bearer,
    /// The file's format.
    pub format: Format,
    /// The file.
    pub file: Packed,
    /// Only look for faults.
    pub dry_run: bool,
}

/// How far it is.
#[derive(Debug, Default)]
struct Progress {
    lines: AtomicU64,
    created: AtomicU64,
}

/// Does it, and writes down what became of it.
pub async fn work(state: AppState, job: Job, slot: OwnedSemaphorePermit) {
    let (db, id) = (state.db.clone(), job.id);
    let progress = Arc::new(Progress::default());
    let outcome = alive(&db, id, &progress, run(&state, job, Arc::clone(&progress))).await;
    if let Err(error) = outcome {
        let detail = match error {
            Error::NoSuchAssignee => DISABLED_MEANWHILE.to_owned(),
            error => Problem::from(error).detail().to_owned(),
        };
        let at = clock::now();
        let told = db.transaction(move |conn| Ok::<_, Error>(operations::give_up(conn, id, &detail, at)?));
        if let Err(error) = told.await {
            log::warn!("import {id}: its end could not be written down: {error}");
        }
    }
    drop(slot);
}

async fn run(state: &AppState, job: Job, progress: Arc<Progress>) -> Result<(), Error> {
    let (format, file, seen) = (job.format, job.file.clone(), Arc::clone(&progress));
    let look = move || {
        Findings::look(records(format, file.open()), |lines| seen.lines.store(lines, Ordering::Relaxed))
    };
    let mut findings = tokio::task::spawn_blocking(look).await.map_err(|_| DbError::Worker)?;
    let assignees = Assignees::look_up(&state.directory, &job.bearer, findings.named()).await?;
    findings.hold_against(&assignees);
    let is_good = findings.faults.count() == 0;
    if is_good && !job.dry_run {
        let findings = Arc::new(findings);
        let work = move |conn: &mut _| write(conn, &job, &findings, &assignees, &progress.created);
        state.db.transaction(work).await?;
        state.relay.wake();
        return Ok(());
    }
    let outcome = if is_good { ImportState::Succeeded } else { ImportState::Failed };
    let work = move |conn: &mut _| {
        Ok::<_, Error>(operations::finish(conn, job.id, outcome, &findings, 0, clock::now())?)
    };
    state.db.transaction(work).await?;
    Ok(())
}

/// Says now and then how far the work is, until it is over.
async fn alive<T>(db: &Db, id: Uuid, progress: &Progress, work: impl Future<Output = T>) -> T {
    tokio::pin!(work);
    let mut beat = tokio::time::interval(BEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            outcome = &mut work => return outcome,
            _ = beat.tick() => {}
        }
        let lines = progress.lines.load(Ordering::Relaxed);
        let created = progress.created.load(Ordering::Relaxed);
        let tell = move |conn: &mut _| Ok::<_, Error>(operations::tell_progress(conn, id, lines, created)?);
        if let Err(error) = db.transaction(tell).await {
            log::warn!("import {id}: progress: {error}");
        }
    }
}
