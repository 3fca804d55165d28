//! The tokens that are about, by their hashes.

use diesel::{
    ExpressionMethods as _, OptionalExtension as _, PgConnection, QueryDsl as _, QueryResult, Queryable,
    RunQueryDsl as _, delete, insert_into,
};
use uuid::Uuid;

use crate::{clock, mails::token::VALID_FOR, schema::email_proofs};

/// What a token proves.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Proof {
    /// That this account's owner
    pub user: Uuid,
    /// reads the mail of this address.
    pub email: String,
}

/// Writes a token's hash. It is the only one of the account from now on.
///
/// # Errors
/// The database's.
pub fn replace(conn: &mut PgConnection, hash: &[u8], user: Uuid, email: &str) -> QueryResult<()> {
    forget(conn, user)?;
    let now = clock::now();
    insert_into(email_proofs::table)
        .values((
            email_proofs::hash.eq(hash),
            email_proofs::user_id.eq(user),
            email_proofs::email.eq(email),
            email_proofs::created_at.eq(now),
            email_proofs::expires_at.eq(now + VALID_FOR),
        ))
        .execute(conn)
        .map(drop)
}

/// What a token proves, unless it is unknown, used or too old.
///
/// # Errors
/// The database's.
pub fn find(conn: &mut PgConnection, hash: &[u8]) -> QueryResult<Option<Proof>> {
    email_proofs::table
        .find(hash)
        .filter(email_proofs::expires_at.gt(clock::now()))
        .select((email_proofs::user_id, email_proofs::email))
        .first(conn)
        .optional()
}

/// Makes every token of an account void.
///
/// # Errors
/// The database's.
pub fn forget(conn: &mut PgConnection, user: Uuid) -> QueryResult<()> {
    delete(email_proofs::table.filter(email_proofs::user_id.eq(user))).execute(conn).map(drop)
}
