//! Tokens for a forgotten password: mailed once, kept as a hash, good for 30 minutes and one use.

use diesel::{
    ExpressionMethods as _, OptionalExtension as _, PgConnection, QueryDsl as _, QueryResult,
    RunQueryDsl as _, delete, insert_into,
};
use events::EventActor;
use serde_json::json;
use uuid::Uuid;

use crate::{
    accounts::{email::Email, policy, queries},
    audit::{self, Action},
    clock,
    error::Error,
    mails::token::VALID_FOR,
    schema::password_resets,
};

/// Nobody's mailbox is filled by us: so many tokens of one account may be about.
const MOST: i64 = 3;

/// Makes the token of this hash good for the account of that address, from now on for as long as the mail says. Gives
/// the stored address, or why there is no mail to send.
///
/// # Errors
/// The database's.
pub fn offer(
    conn: &mut PgConnection,
    typed: &str,
    hash: &[u8],
    is_first: bool,
) -> Result<Result<String, &'static str>, Error> {
    let found = match Email::parse(typed) {
        Some(email) => queries::find_by_email(conn, &email)?,
        None => None,
    };
    let Some(user) = found else { return Ok(Err("no account has that address")) };
    if !policy::can_issue(&user) {
        return Ok(Err("the account may not sign in"));
    }
    let now = clock::now();
    let others: i64 = password_resets::table
        .filter(password_resets::user_id.eq(user.id))
        .filter(password_resets::expires_at.gt(now))
        .filter(password_resets::hash.ne(hash))
        .count()
        .get_result(conn)?;
    if others >= MOST {
        return Ok(Err("enough links are about"));
    }
    insert_into(password_resets::table)
        .values((
            password_resets::hash.eq(hash),
            password_resets::user_id.eq(user.id),
            password_resets::created_at.eq(now),
            password_resets::expires_at.eq(now + VALID_FOR),
        ))
        .on_conflict(password_resets::hash)
        .do_update()
        .set(password_resets::expires_at.eq(now + VALID_FOR))
        .execute(conn)?;
    if is_first {
        audit::record(conn, Action::PasswordResetAsked, &EventActor::default(), Some(&user), json!({}))?;
    }
    Ok(Ok(user.email))
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
