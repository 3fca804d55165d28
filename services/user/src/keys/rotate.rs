//! The life of a signing key: `next` (published, so that verifiers know it) → `current` (signs) → `retired` (still
//! verifies what it signed) → gone.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::{
    ExpressionMethods as _, OptionalExtension as _, PgConnection, QueryDsl as _, QueryResult,
    RunQueryDsl as _, delete, insert_into, sql_query, update,
};

use super::{
    signing::{SigningKey, make},
    stored,
};
use crate::{clock, error::Error, schema::signing_keys, sealing::Sealer};

/// A key must have been published for as long as the JWKS may be cached before it signs.
pub const PUBLISHED_BEFORE_USE: TimeDelta = TimeDelta::seconds(300);
/// A retired key verifies for this long: the life of an access token, and room for clocks and caches.
const RETIRED_FOR: TimeDelta = TimeDelta::hours(1);

/// What a rotation did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rotation {
    /// This key signs from now on.
    Done(String),
    /// The next key is too young; come back then.
    TooEarly(DateTime<Utc>),
}

/// Makes a current and a next key where there is none: once, however many processes start. Keys that a former pepper
/// sealed are sealed again.
///
/// # Errors
/// The database's; [`Error::Crypto`] when a key does not open.
pub fn ensure(conn: &mut PgConnection, sealer: &Sealer) -> Result<(), Error> {
    take_turn(conn)?;
    let keys: Vec<(String, Vec<u8>)> =
        signing_keys::table.select((signing_keys::kid, signing_keys::private_der)).load(conn)?;
    for (kid, sealed) in keys {
        if let Some(better) = stored::open(sealer, &kid, &sealed)?.better {
            update(signing_keys::table.find(kid)).set(signing_keys::private_der.eq(better)).execute(conn)?;
        }
    }
    for state in ["current", "next"] {
        let present: i64 =
            signing_keys::table.filter(signing_keys::state.eq(state)).count().get_result(conn)?;
        if present == 0 {
            add(conn, sealer, state)?;
        }
    }
    Ok(())
}

/// The next key becomes the current one, and a new next one is published. `now_or_never` is for a key that others may
/// have: it skips the waiting time (verifiers that cached the JWKS ask again), and the former key is not kept to verify
/// what it signed. Whoever holds such an access token refreshes it.
///
/// # Errors
/// The database's.
pub fn rotate(conn: &mut PgConnection, sealer: &Sealer, now_or_never: bool) -> Result<Rotation, Error> {
    ensure(conn, sealer)?;
    let next: Option<(String, DateTime<Utc>)> = signing_keys::table
        .filter(signing_keys::state.eq("next"))
        .select((signing_keys::kid, signing_keys::published_at))
        .first(conn)
        .optional()?;
    let (kid, published_at) = next.ok_or(diesel::result::Error::NotFound)?;
    let usable_at = published_at + PUBLISHED_BEFORE_USE;
    if usable_at > clock::now() && !now_or_never {
        return Ok(Rotation::TooEarly(usable_at));
    }
    let current = signing_keys::table.filter(signing_keys::state.eq("current"));
    if now_or_never {
        delete(current).execute(conn)?;
    } else {
        update(current)
            .set((signing_keys::state.eq("retired"), signing_keys::retired_at.eq(clock::now())))
            .execute(conn)?;
    }
    update(signing_keys::table.find(&kid)).set(signing_keys::state.eq("current")).execute(conn)?;
    add(conn, sealer, "next")?;
    Ok(Rotation::Done(kid))
}

/// Forgets keys whose tokens are gone; tells how many.
///
/// # Errors
/// The database's.
pub fn prune(conn: &mut PgConnection) -> QueryResult<usize> {
    delete(signing_keys::table.filter(signing_keys::retired_at.lt(clock::now() - RETIRED_FOR))).execute(conn)
}

fn take_turn(conn: &mut PgConnection) -> QueryResult<usize> {
    sql_query("SELECT pg_advisory_xact_lock(hashtextextended('signing keys', 0))").execute(conn)
}

fn add(conn: &mut PgConnection, sealer: &Sealer, state: &str) -> Result<(), Error> {
    let der = make();
    let key = SigningKey::from_der(&der)?;
    insert_into(signing_keys::table)
        .values((
            signing_keys::kid.eq(key.kid()),
            signing_keys::private_der.eq(stored::seal(sealer, key.kid(), &der)?),
            signing_keys::state.eq(state),
            signing_keys::published_at.eq(clock::now()),
        ))
        .execute(conn)?;
    Ok(())
}
