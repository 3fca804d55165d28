//! A new password: the row changes, and sessions end with it.

use diesel::PgConnection;
use serde_json::json;
use service_kit::{Problem, auth::Actor};

use super::reset_store;
use crate::{
    accounts::{
        change::{self, Ending, event_actor},
        policy,
    },
    audit::{self, Action},
    error::Error,
    mails::{Kind, post},
};

/// Changes the caller's password; every other session of theirs is over. `checked` is the hash that the current
/// password was found to match.
///
/// # Errors
/// [`Error::WrongPassword`] when the password was changed meanwhile; the database's.
pub fn change(conn: &mut PgConnection, actor: &Actor, checked: &str, hash: &str) -> Result<(), Error> {
    let before = change::lock(conn, actor.id())?.ok_or_else(Problem::not_found)?;
    if before.password_hash != checked {
        return Err(Error::WrongPassword);
    }
    let mut after = before.clone();
    hash.clone_into(&mut after.password_hash);
    reset_store::forget(conn, before.id)?;
    post(conn, Kind::PasswordChanged, Some(before.id), &before.email)?;
    change::write(conn, &before, after, Ending::Others(actor.session()?), &event_actor(actor))?;
    Ok(())
}

/// Sets the password of the account that a mailed token was made for, once; every session of it is over.
///
/// # Errors
/// [`Error::VoidMailedToken`]; the database's.
pub fn reset(conn: &mut PgConnection, token_hash: &[u8], hash: &str) -> Result<(), Error> {
    let owner = reset_store::owner(conn, token_hash)?.ok_or(Error::VoidMailedToken)?;
    let before = change::lock(conn, owner)?.filter(policy::can_issue).ok_or(Error::VoidMailedToken)?;
    // Under the lock: of two requests with one token the second finds it gone.
    if reset_store::owner(conn, token_hash)?.is_none() {
        return Err(Error::VoidMailedToken);
    }
    reset_store::forget(conn, before.id)?;
    let mut after = before.clone();
    hash.clone_into(&mut after.password_hash);
    let actor = audit::record::themselves(&before);
    post(conn, Kind::PasswordChanged, Some(before.id), &before.email)?;
    audit::record(conn, Action::PasswordReset, &actor, Some(&before), json!({}))?;
    change::write(conn, &before, after, Ending::Everything, &actor)?;
    Ok(())
}
