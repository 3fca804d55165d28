//! What a request wants done to one task, and by whom.

use directory::Person;
use service_kit::auth::Account;
use uuid::Uuid;

use super::{
    changes::TaskChange,
    decisions::{self, Decision},
    model::Task,
    precondition::Precondition,
    roster::Roster,
};
use crate::{clock, error::Error};

/// One write of one task.
#[derive(Debug, Clone)]
pub struct Command {
    /// Who wants it.
    pub by: Account,
    /// The task.
    pub id: Uuid,
    /// What is to be done to it.
    pub deed: Deed,
}

/// What is to be done to a task.
#[derive(Debug, Clone)]
pub enum Deed {
    /// It is made.
    Create {
        /// It, but for who is to do it.
        task: Box<Task>,
        /// Who is to do it, looked up.
        assignee: Option<Person>,
    },
    /// Fields of it are changed.
    Change(Box<TaskChange>, Precondition),
    /// It goes into the trash.
    Delete(Precondition),
    /// It comes back out of it.
    Restore(Precondition),
}

impl Command {
    /// Whether there is no such task before.
    #[must_use]
    pub fn is_creation(&self) -> bool {
        matches!(self.deed, Deed::Create { .. })
    }

    /// Whoever the task is to be given to.
    pub fn people(&self) -> impl Iterator<Item = &Person> {
        match &self.deed {
            Deed::Create { assignee, .. } => assignee.as_ref(),
            Deed::Change(change, _) => change.assignee.as_ref().and_then(Option::as_ref),
            Deed::Delete(_) | Deed::Restore(_) => None,
        }
        .into_iter()
    }

    /// What it makes of the task as it was found; `None` when that changes nothing.
    ///
    /// # Errors
    /// What [`decisions`] say; [`Error::NoSuchTask`] where none was found.
    pub fn decide(&self, found: Option<&Task>, roster: &Roster) -> Result<Option<Decision>, Error> {
        let (by, now) = (&self.by, clock::now());
        let found = found.ok_or(Error::NoSuchTask);
        match &self.deed {
            Deed::Create { task, assignee } => {
                decisions::create(by, Task::clone(task), assignee.as_ref(), roster).map(Some)
            }
            Deed::Change(change, precondition) => {
                decisions::change(by, found?, change, precondition, roster, now)
            }
            Deed::Delete(precondition) => decisions::delete(by, found?, precondition, now).map(Some),
            Deed::Restore(precondition) => decisions::restore(by, found?, precondition, now).map(Some),
        }
    }
}
