//! Writes every task of a file, inside one transaction, piece by piece: memory holds a piece, and nobody sees a task before
//! they are all there.

use std::sync::atomic::{AtomicU64, Ordering};

use diesel::PgConnection;
use service_kit::{
    Problem,
    http::{Errors, Fields},
};

use super::{
    faults::Findings, imported_task::ImportedTask, model::ImportState, operations, records::records,
    work::Job,
};
use crate::{
    bulk::assignees::Assignees,
    clock,
    error::Error,
    tasks::{board::Board, decisions, roster::Roster},
};

/// Tasks of a piece.
const PIECE: usize = 500;
/// Bytes of text after which a piece is full with fewer: each is in memory several times, as row, history and events.
const PIECE_BYTES: usize = 1024 * 1024;

/// Writes them all, and that the import has succeeded.
///
/// # Errors
/// [`Error::NoSuchAssignee`] when somebody was disabled meanwhile; [`Error::ImportOver`] when the import was given up;
/// the database's.
pub fn write(
    conn: &mut PgConnection,
    job: &Job,
    findings: &Findings,
    assignees: &Assignees,
    written: &AtomicU64,
) -> Result<(), Error> {
    let now = clock::now();
    let roster = Roster::read(conn, assignees.people())?;
    // A transaction that is tried again begins anew.
    written.store(0, Ordering::Relaxed);
    let mut piece = Piece::default();
    for record in records(job.format, job.file.open()) {
        let task: ImportedTask = record.fields.and_then(Fields::read).map_err(changed)?;
        let assignee = task.request.assigned_to.as_ref().map(|who| assignees.find(who)).transpose()?;
        let task = task.task(&job.by, now);
        piece.bytes += task.title.len() + task.description.len();
        piece.tasks += 1;
        piece.board.put(decisions::create(&job.by, task, assignee, &roster)?);
        if piece.is_full() {
            std::mem::take(&mut piece).write(conn, written)?;
        }
    }
    piece.write(conn, written)?;
    let created = written.load(Ordering::Relaxed);
    let is_at_work =
        operations::finish(conn, job.id, ImportState::Succeeded, findings, created, clock::now())?;
    if is_at_work { Ok(()) } else { Err(Error::ImportOver) }
}

#[derive(Default)]
struct Piece {
    board: Board,
    tasks: usize,
    bytes: usize,
}

impl Piece {
    fn is_full(&self) -> bool {
        self.tasks >= PIECE || self.bytes >= PIECE_BYTES
    }

    fn write(self, conn: &mut PgConnection, written: &AtomicU64) -> Result<(), Error> {
        self.board.write(conn)?;
        written.fetch_add(self.tasks as u64, Ordering::Relaxed);
        Ok(())
    }
}

/// It was acceptable a moment ago; only a time that was hardly past can be otherwise now.
fn changed(errors: Errors) -> Error {
    Problem::validation(errors).into()
}
