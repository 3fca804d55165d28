//! Carries out commands: decides, and writes the rows, their history and their events, all of it or nothing. One command takes
//! one statement, and locks nothing between the reading and the writing: what was decided of a task that somebody else has
//! changed meanwhile is not written, but decided anew. Several at once take one statement as well.

use std::sync::Arc;

use diesel::{Connection as _, PgConnection};
use directory::{Directory, Person};
use service_kit::{auth::Account, context::RequestContext, db::Member};

use super::{
    board::Board,
    commands::{Command, Deed},
    decisions,
    model::Task,
    queries,
    roster::Roster,
    store,
};
use crate::error::Error;

/// How often somebody else may have been faster; after that the task is locked.
const ATTEMPTS: u32 = 3;

/// Writes a new task; `task` says everything but who is to do it. If it is there already, it was written by the same call:
/// a connection broke before that was known.
///
/// # Errors
/// What [`decisions::create`] says; the database's.
pub fn create(
    conn: &mut PgConnection,
    by: &Account,
    task: Task,
    assignee: Option<&Person>,
) -> Result<Task, Error> {
    let roster = Roster::read(conn, assignee)?;
    let decision = decisions::create(by, task, assignee, &roster)?;
    let created = decision.after.clone();
    store::put(conn, decision)?;
    Ok(created)
}

/// Carries out one command; returns the task after it. A change that changes nothing writes nothing.
///
/// # Errors
/// What [`decisions`] say; the database's.
pub fn run(conn: &mut PgConnection, directory: &Directory, command: &Command) -> Result<Task, Error> {
    if let Deed::Create { task, assignee } = &command.deed {
        return create(conn, &command.by, Task::clone(task), assignee.as_ref());
    }
    let roster = Roster::read(conn, command.people())?;
    // `None`: somebody else was faster.
    let attempt = |conn: &mut PgConnection, found: Option<Task>| -> Result<Option<Task>, Error> {
        let before = found.map(|task| task.with_present_email(directory));
        match command.decide(before.as_ref(), &roster)? {
            Some(decision) => Ok(store::put(conn, decision)?),
            None => Ok(before),
        }
    };
    for _ in 0..ATTEMPTS {
        let found = queries::find(conn, command.id)?;
        if let Some(task) = attempt(conn, found)? {
            return Ok(task);
        }
    }
    conn.transaction(|conn| {
        let found = store::lock(conn, command.id)?;
        attempt(conn, found)?.ok_or(Error::NoSuchTask)
    })
}

/// Carries out these of several requests, each for itself; tells each what became of it. `None`: nothing did; it has to be
/// [`run`] by itself, because there is no such task or because somebody else writes it right now.
///
/// # Errors
/// The database's: then nothing became of any.
pub fn run_all(
    conn: &mut PgConnection,
    directory: &Directory,
    commands: &[Member<Arc<Command>>],
) -> Result<Vec<Option<Result<Task, Error>>>, Error> {
    let old = commands.iter().map(|member| &member.job).filter(|command| !command.is_creation());
    let mut board = Board::read(conn, directory, &old.map(|command| command.id).collect::<Vec<_>>())?;
    let roster = Roster::read(conn, commands.iter().flat_map(|member| member.job.people()))?;
    let mut outcomes = Vec::with_capacity(commands.len());
    for Member { job: command, context } in commands {
        let found = board.task(command.id).ok().cloned();
        if found.is_none() && !command.is_creation() {
            outcomes.push(None);
            continue;
        }
        let decided = RequestContext::sync_scope(context.clone(), || command.decide(found.as_ref(), &roster));
        outcomes.push(Some(match decided {
            Ok(Some(decision)) => Ok(board.put(decision)),
            Ok(None) => found.ok_or(Error::NoSuchTask),
            Err(error) => Err(error),
        }));
    }
    // Nothing of what was decided of these came true, not even a refusal.
    let lost = board.write_unchanged(conn)?;
    for (outcome, command) in outcomes.iter_mut().zip(commands) {
        if lost.contains(&command.job.id) {
            *outcome = None;
        }
    }
    Ok(outcomes)
}
