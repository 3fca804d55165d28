//! The rows behind one-time passwords: a sealed secret of each account, and the hashes of its recovery codes. Whoever
//! writes holds the lock on the account's row.

use chrono::{DateTime, Utc};
use diesel::{
    ExpressionMethods as _, OptionalExtension as _, PgConnection, QueryDsl as _, QueryResult, Queryable,
    RunQueryDsl as _, Selectable, SelectableHelper as _, delete, insert_into, update,
};
use uuid::Uuid;

use super::recovery;
use crate::{
    clock,
    passwords::pepper::Pepper,
    schema::{one_time_passwords, recovery_codes},
};

/// An account's second factor. No `Debug`: the secret is in it, though sealed.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = one_time_passwords, check_for_backend(diesel::pg::Pg))]
pub struct Row {
    /// Sealed; see [`crate::sealing`].
    pub secret: Vec<u8>,
    /// Since when it is asked for; `None` while the enrolment is not confirmed.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// The latest time step whose code was used.
    pub last_step: i64,
}

/// The second factor of an account, confirmed or not.
///
/// # Errors
/// The database's.
pub fn find(conn: &mut PgConnection, user: Uuid) -> QueryResult<Option<Row>> {
    one_time_passwords::table.find(user).select(Row::as_select()).first(conn).optional()
}

/// Begins an enrolment, or begins it anew.
///
/// # Errors
/// The database's.
pub fn enrol(conn: &mut PgConnection, user: Uuid, sealed: &[u8]) -> QueryResult<()> {
    delete(one_time_passwords::table.find(user)).execute(conn)?;
    insert_into(one_time_passwords::table)
        .values((
            one_time_passwords::user_id.eq(user),
            one_time_passwords::secret.eq(sealed),
            one_time_passwords::created_at.eq(clock::now()),
        ))
        .execute(conn)?;
    Ok(())
}

/// From now on it is asked for.
///
/// # Errors
/// The database's.
pub fn confirm(conn: &mut PgConnection, user: Uuid) -> QueryResult<()> {
    update(one_time_passwords::table.find(user))
        .set(one_time_passwords::confirmed_at.eq(clock::now()))
        .execute(conn)
        .map(drop)
}

/// Uses up a time step and all before it. False when it was used up already: compared and set in one statement.
///
/// # Errors
/// The database's.
pub fn use_step(conn: &mut PgConnection, user: Uuid, step: i64) -> QueryResult<bool> {
    let unused = one_time_passwords::table.find(user).filter(one_time_passwords::last_step.lt(step));
    Ok(update(unused).set(one_time_passwords::last_step.eq(step)).execute(conn)? == 1)
}

/// Seals it anew.
///
/// # Errors
/// The database's.
pub fn reseal(conn: &mut PgConnection, user: Uuid, sealed: &[u8]) -> QueryResult<()> {
    update(one_time_passwords::table.find(user))
        .set(one_time_passwords::secret.eq(sealed))
        .execute(conn)
        .map(drop)
}

/// Uses up the recovery code of one of these hashes. False when there is none.
///
/// # Errors
/// The database's.
pub fn use_recovery_code(conn: &mut PgConnection, user: Uuid, hashes: &[Vec<u8>]) -> QueryResult<bool> {
    let kept = recovery_codes::table
        .filter(recovery_codes::user_id.eq(user))
        .filter(recovery_codes::hash.eq_any(hashes));
    Ok(delete(kept).execute(conn)? == 1)
}

/// Replaces all recovery codes of an account; gives the new ones as they are shown, this once.
///
/// # Errors
/// The database's.
pub fn renew_recovery_codes(
    conn: &mut PgConnection,
    pepper: &Pepper,
    user: Uuid,
) -> QueryResult<Vec<String>> {
    delete(recovery_codes::table.filter(recovery_codes::user_id.eq(user))).execute(conn)?;
    let codes = recovery::generate();
    let rows: Vec<_> = codes
        .iter()
        .map(|plain| {
            let hash = recovery::hash(pepper, user, plain);
            (recovery_codes::user_id.eq(user), recovery_codes::hash.eq(hash))
        })
        .collect();
    insert_into(recovery_codes::table).values(rows).execute(conn)?;
    Ok(codes.iter().map(|plain| recovery::shown(plain)).collect())
}

/// How many recovery codes are left.
///
/// # Errors
/// The database's.
pub fn recovery_codes_left(conn: &mut PgConnection, user: Uuid) -> QueryResult<i64> {
    recovery_codes::table.filter(recovery_codes::user_id.eq(user)).count().get_result(conn)
}

/// Forgets the second factor and its recovery codes. False when there was none.
///
/// # Errors
/// The database's.
pub fn remove(conn: &mut PgConnection, user: Uuid) -> QueryResult<bool> {
    Ok(delete(one_time_passwords::table.find(user)).execute(conn)? == 1)
}
