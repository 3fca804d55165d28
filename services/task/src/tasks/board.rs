//! The tasks that a call is about, as its operations leave them one after the other; written as sets at the end.

use std::collections::{BTreeMap, HashSet};

use diesel::PgConnection;
use directory::Directory;
use events::Envelope;
use uuid::Uuid;

use super::{
    decisions::Decision,
    model::Task,
    queries,
    store::{self, Group},
};
use crate::{
    error::Error,
    history::{entry::Entry, record},
};

/// A task as it was found (`None`: it is new) and as it is by now.
struct Square {
    found: Option<Task>,
    present: Task,
    is_written: bool,
}

/// All tasks of a call, and what has been decided so far.
#[derive(Default)]
pub struct Board {
    // In the order of ids, which for new ones is that of their creation: neighbours in every index on time.
    squares: BTreeMap<Uuid, Square>,
    history: Vec<Entry>,
    events: Vec<Envelope>,
}

impl Board {
    /// Locks those of these that there are, until the end of the transaction.
    ///
    /// # Errors
    /// The database's.
    pub fn lock(conn: &mut PgConnection, directory: &Directory, ids: &[Uuid]) -> Result<Self, Error> {
        Ok(if ids.is_empty() { Self::default() } else { Self::of(store::lock_all(conn, ids)?, directory) })
    }

    /// Reads those of these that there are.
    ///
    /// # Errors
    /// The database's.
    pub fn read(conn: &mut PgConnection, directory: &Directory, ids: &[Uuid]) -> Result<Self, Error> {
        Ok(if ids.is_empty() { Self::default() } else { Self::of(queries::find_all(conn, ids)?, directory) })
    }

    fn of(found: Vec<Task>, directory: &Directory) -> Self {
        let mut board = Self::default();
        for task in found {
            let present = task.with_present_email(directory);
            let square = Square { found: Some(present.clone()), present, is_written: false };
            board.squares.insert(square.present.id, square);
        }
        board
    }

    /// The task as the operations so far leave it.
    ///
    /// # Errors
    /// [`Error::NoSuchTask`].
    pub fn task(&self, id: Uuid) -> Result<&Task, Error> {
        self.squares.get(&id).map(|square| &square.present).ok_or(Error::NoSuchTask)
    }

    /// Takes in what was decided of a task.
    pub fn put(&mut self, decision: Decision) -> Task {
        let Decision { before: _, after, history, events } = decision;
        self.history.extend(history);
        self.events.extend(events);
        let square = self.squares.entry(after.id).or_insert_with(|| Square {
            found: None,
            present: after.clone(),
            is_written: false,
        });
        square.present = after.clone();
        square.is_written = true;
        after
    }

    /// Writes rows, history and events of tasks that are locked.
    ///
    /// # Errors
    /// The database's.
    pub fn write(self, conn: &mut PgConnection) -> Result<(), Error> {
        let (history, events) = (self.history, self.events);
        store::put_all(conn, written(self.squares))?;
        record::write(conn, history)?;
        messaging::append(conn, &events)?;
        Ok(())
    }

    /// Writes rows, history and events of the tasks that are still as they were read, and that nobody else has locked; tells
    /// of which it wrote nothing.
    ///
    /// # Errors
    /// The database's.
    pub fn write_unchanged(self, conn: &mut PgConnection) -> Result<HashSet<Uuid>, Error> {
        let writes: Vec<_> = written(self.squares).collect();
        let mut lost: HashSet<Uuid> = writes.iter().map(|(_, task)| task.id).collect();
        let group = Group::of(writes, self.history, &self.events)?;
        for id in group.put(conn)? {
            lost.remove(&id);
        }
        Ok(lost)
    }
}

fn written(squares: BTreeMap<Uuid, Square>) -> impl Iterator<Item = (Option<Task>, Task)> {
    let written = squares.into_values().filter(|square| square.is_written);
    written.map(|square| (square.found, square.present))
}
