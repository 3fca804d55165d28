//! Takes a task out of the trash: row, history and event together.

use diesel::PgConnection;
use directory::Directory;
use events::RoutingKey;
use service_kit::{auth::Account, http::IfMatch};
use uuid::Uuid;

use crate::{
    clock,
    error::Error,
    history::record::{self, Action},
    tasks::{events as news, model::Task, operations::locked, policy, store},
};

/// Restores a task.
///
/// # Errors
/// What [`policy::restore`] says; 412 by `if_match`; the database's.
pub fn restore(
    conn: &mut PgConnection,
    directory: &Directory,
    by: &Account,
    id: Uuid,
    if_match: &IfMatch,
) -> Result<Task, Error> {
    let before = locked(conn, directory, id)?;
    policy::restore(by, &before)?;
    if_match.check(&before)?;
    let after = Task {
        deleted_at: None,
        updated_at: clock::now().max(before.updated_at),
        version: before.version + 1,
        ..before
    };
    store::write_trash(conn, &after)?;
    record::action(conn, Action::Restored, &after, by)?;
    messaging::append(conn, &news::of_move(RoutingKey::TaskRestored, &after, by)?)?;
    Ok(after)
}
