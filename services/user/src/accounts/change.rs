//! The one way in which an account changes: row, sessions, audit log and events together, under the lock on its row.

use chrono::{DurationRound as _, TimeDelta};
use diesel::{
    ExpressionMethods as _, OptionalExtension as _, PgConnection, QueryDsl as _, QueryResult,
    RunQueryDsl as _, SelectableHelper as _, update,
};
use events::EventActor;
use service_kit::auth::Actor;
use uuid::Uuid;

use super::{model::User, news, policy};
use crate::{
    audit, clock,
    error::Error,
    schema::{sessions, users},
};

/// Which sessions end with a change. (Disabling, demoting and deleting end all of them in any case.)
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// None.
    Nothing,
    /// This one.
    One(Uuid),
    /// All but this one.
    Others(Uuid),
    /// All.
    Everything,
}

/// Who acts, as events tell it.
#[must_use]
pub fn event_actor(actor: &Actor) -> EventActor {
    EventActor { id: Some(actor.id()), email: Some(actor.account.email.clone()) }
}

/// Takes the lock that guards an account and all that belongs to it; `None` for unknown and deleted accounts.
///
/// # Errors
/// The database's.
pub fn lock(conn: &mut PgConnection, id: Uuid) -> QueryResult<Option<User>> {
    users::table
        .find(id)
        .filter(users::deleted_at.is_null())
        .select(User::as_select())
        .for_no_key_update()
        .first(conn)
        .optional()
}

/// Writes the difference between the locked row and what it shall be, ends sessions, and tells the bus. What changes
/// nothing writes nothing. Returns the account as it is now.
///
/// # Errors
/// [`Error::EmailTaken`], or the database's.
pub fn write(
    conn: &mut PgConnection,
    before: &User,
    mut after: User,
    ending: Ending,
    actor: &EventActor,
) -> Result<User, Error> {
    let now = clock::now();
    let ending = if policy::ends_sessions(before, &after) { Ending::Everything } else { ending };
    let ended = end_sessions(conn, before.id, ending)?;
    let changes = news::changes(before, &after);
    let keys = news::keys(before, &after, &changes, !ended.is_empty());
    if keys.is_empty() && before.password_hash == after.password_hash {
        return Ok(after);
    }
    if ending == Ending::Everything {
        // Whole seconds, as `iat` is: who signs in again within this second must not find the new token void.
        after.not_before = now.duration_trunc(TimeDelta::seconds(1)).ok();
    }
    if !changes.is_empty() {
        after.updated_at = now.max(before.updated_at + TimeDelta::microseconds(1));
    }
    after.version = before.version + 1;
    update(users::table.find(before.id)).set(&after).execute(conn)?;
    audit::record::record_all(conn, audit::of_change::actions(before, &after, &ended), actor, Some(&after))?;
    let events = news::envelopes(&keys, &after, &changes, &ended, actor)
        .map_err(|error| diesel::result::Error::SerializationError(error.into()))?;
    messaging::outbox::append(conn, &events)?;
    Ok(after)
}

/// Ends sessions; tells which of them were alive.
fn end_sessions(conn: &mut PgConnection, user: Uuid, ending: Ending) -> QueryResult<Vec<Uuid>> {
    let now = clock::now();
    let live = sessions::table
        .filter(sessions::user_id.eq(user))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::expires_at.gt(now));
    let end = sessions::ended_at.eq(now);
    match ending {
        Ending::Nothing => Ok(Vec::new()),
        Ending::One(sid) => {
            update(live.filter(sessions::id.eq(sid))).set(end).returning(sessions::id).get_results(conn)
        }
        Ending::Others(sid) => {
            update(live.filter(sessions::id.ne(sid))).set(end).returning(sessions::id).get_results(conn)
        }
        Ending::Everything => update(live).set(end).returning(sessions::id).get_results(conn),
    }
}
