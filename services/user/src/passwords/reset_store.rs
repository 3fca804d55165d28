//! Tokens for a forgotten password: mailed once, kept as a hash, good for 30 minutes and one use.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use diesel::{
    ExpressionMethods as _, OptionalExtension as _, PgConnection, QueryDsl as _, QueryResult,
    RunQueryDsl as _, delete, insert_into,
};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::secret::Secret;
use crate::{
    accounts::{change, email::Email, model::User, policy, queries},
    clock,
    error::Error,
    schema::password_resets,
};

const VALID_FOR: TimeDelta = TimeDelta::minutes(30);
/// Nobody's mailbox is filled by us: so many tokens of one account may be about.
const MOST: i64 = 3;

/// What the database keeps of a token.
#[must_use]
pub fn digest(token: &Secret) -> Vec<u8> {
    Sha256::digest(token.reveal()).to_vec()
}

/// Makes a token for the account of that address. `None` when there is none that may sign in, or when enough tokens
/// are about.
///
/// # Errors
/// The database's.
pub fn make(conn: &mut PgConnection, email: &Email) -> Result<Option<(User, Secret)>, Error> {
    let Some(found) = queries::find_by_email(conn, email)? else { return Ok(None) };
    let Some(user) = change::lock(conn, found.id)?.filter(policy::can_issue) else { return Ok(None) };
    let now = clock::now();
    let about: i64 = password_resets::table
        .filter(password_resets::user_id.eq(user.id))
        .filter(password_resets::expires_at.gt(now))
        .count()
        .get_result(conn)?;
    if about >= MOST {
        return Ok(None);
    }
    // 192 bits: nothing to guess, and the link still fits on one line of a mail.
    let random: [u8; 24] = rand::random();
    let token = Secret::new(URL_SAFE_NO_PAD.encode(random));
    insert_into(password_resets::table)
        .values((
            password_resets::hash.eq(digest(&token)),
            password_resets::user_id.eq(user.id),
            password_resets::created_at.eq(now),
            password_resets::expires_at.eq(now + VALID_FOR),
        ))
        .execute(conn)?;
    Ok(Some((user, token)))
}

/// The account that a valid token was made for.
///
/// # Errors
/// The database's.
pub fn owner(conn: &mut PgConnection, hash: &[u8]) -> QueryResult<Option<Uuid>> {
    password_resets::table
        .find(hash)
        .filter(password_resets::expires_at.gt(clock::now()))
        .select(password_resets::user_id)
        .first(conn)
        .optional()
}

/// Makes every token of an account void.
///
/// # Errors
/// The database's.
pub fn forget(conn: &mut PgConnection, user: Uuid) -> QueryResult<usize> {
    delete(password_resets::table.filter(password_resets::user_id.eq(user))).execute(conn)
}
