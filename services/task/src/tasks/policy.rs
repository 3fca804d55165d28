//! Pure: may this caller do this to this task? "No such task" if they may not even know of it.

use service_kit::auth::{Account, Role};

use super::model::Task;
use crate::error::Error;

/// What a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intent {
    /// The status and nothing else: the assignee's part.
    MoveStatus,
    /// Any other field as well.
    Edit,
}

/// Who creates tasks: administrators.
///
/// # Errors
/// [`Error::NotAllowed`].
pub fn create(caller: &Account) -> Result<(), Error> {
    if is_admin(caller) { Ok(()) } else { Err(Error::NotAllowed("Only an administrator may create a task.")) }
}

/// Who sees a task: administrators and its assignee.
///
/// # Errors
/// [`Error::NoSuchTask`] for everybody else.
pub fn read(caller: &Account, task: &Task) -> Result<(), Error> {
    let is_seen = task.deleted_at.is_none() && (is_admin(caller) || task.assignee_id == Some(caller.id));
    if is_seen { Ok(()) } else { Err(Error::NoSuchTask) }
}

/// Who changes it: administrators everything, its assignee the status alone.
///
/// # Errors
/// [`Error::NotAllowed`] for the assignee's other wishes; see [`read`].
pub fn change(caller: &Account, task: &Task, intent: Intent) -> Result<(), Error> {
    read(caller, task)?;
    if may_ask_for(caller, intent) {
        Ok(())
    } else {
        Err(Error::NotAllowed("The assignee of a task may change its status and nothing else."))
    }
}

/// Whether there is any task that the caller may change so.
#[must_use]
pub fn may_ask_for(caller: &Account, intent: Intent) -> bool {
    is_admin(caller) || intent == Intent::MoveStatus
}

/// Who puts it into the trash: administrators.
///
/// # Errors
/// [`Error::NotAllowed`] for the assignee; see [`read`].
pub fn delete(caller: &Account, task: &Task) -> Result<(), Error> {
    read(caller, task)?;
    if is_admin(caller) { Ok(()) } else { Err(Error::NotAllowed("Only an administrator may delete a task.")) }
}

/// Who takes it out of the trash: administrators. What is in the trash does not exist for anybody else.
///
/// # Errors
/// [`Error::NotInTrash`] for an administrator who wants to restore what was not deleted; see [`delete`].
pub fn restore(caller: &Account, task: &Task) -> Result<(), Error> {
    match (is_admin(caller), task.deleted_at) {
        (true, Some(_)) => Ok(()),
        (true, None) => Err(Error::NotInTrash),
        (false, _) => {
            read(caller, task)?;
            Err(Error::NotAllowed("Only an administrator may restore a task."))
        }
    }
}

fn is_admin(caller: &Account) -> bool {
    caller.role == Role::Admin
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tasks::fixture::{account, assigned};

    fn word(outcome: Result<(), Error>) -> &'static str {
        match outcome {
            Ok(()) => "may",
            Err(Error::NoSuchTask) => "404",
            Err(Error::NotAllowed(_)) => "403",
            Err(Error::NotInTrash) => "409",
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn the_whole_table() {
        let (admin, assignee, stranger) =
            (account(9, Role::Admin), account(1, Role::User), account(2, Role::User));
        let live = assigned(1);
        let trashed = Task { deleted_at: Some(live.updated_at), ..live.clone() };
        let row = |caller: &Account, task: &Task| {
            [
                word(read(caller, task)),
                word(change(caller, task, Intent::MoveStatus)),
                word(change(caller, task, Intent::Edit)),
                word(delete(caller, task)),
                word(restore(caller, task)),
            ]
        };
        assert_eq!(row(&admin, &live), ["may", "may", "may", "may", "409"]);
        assert_eq!(row(&assignee, &live), ["may", "may", "403", "403", "403"]);
        assert_eq!(row(&stranger, &live), ["404"; 5]);
        assert_eq!(row(&admin, &trashed), ["404", "404", "404", "404", "may"]);
        assert_eq!(row(&assignee, &trashed), ["404"; 5]);
        assert_eq!(row(&stranger, &trashed), ["404"; 5]);
    }
}
