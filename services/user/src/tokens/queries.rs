//! Reads of personal access tokens.

use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, OptionalExtension as _, PgConnection, QueryDsl as _,
    QueryResult, RunQueryDsl as _, SelectableHelper as _,
};
use service_kit::{
    auth::TokenHash,
    db::Read,
    http::{Cursor, PageRequest},
};
use uuid::Uuid;

use super::model::TokenRow;
use crate::{
    accounts::model::User,
    clock,
    schema::{personal_access_tokens as tokens, users},
};

/// Up to `limit + 1` tokens of somebody in reading direction, newest first; and how many, if asked for.
///
/// # Errors
/// The database's.
pub fn list(
    conn: &mut PgConnection,
    user: Uuid,
    page: &PageRequest,
    from: Option<&Cursor>,
) -> QueryResult<(Vec<TokenRow>, Option<i64>)> {
    let own = || tokens::table.filter(tokens::user_id.eq(user)).into_boxed();
    let rows = own().select(TokenRow::as_select()).limit(page.limit + 1);
    let rows = match from {
        None => rows.order(tokens::id.desc()).load(conn),
        Some(cursor) if cursor.backward => {
            rows.filter(tokens::id.gt(cursor.id)).order(tokens::id.asc()).load(conn)
        }
        Some(cursor) => rows.filter(tokens::id.lt(cursor.id)).order(tokens::id.desc()).load(conn),
    }?;
    let count = if page.count { Some(own().count().get_result(conn)?) } else { None };
    Ok((rows, count))
}

/// How many tokens somebody has, those that have expired and are not cleaned away yet included.
///
/// # Errors
/// The database's.
pub fn count(conn: &mut PgConnection, user: Uuid) -> QueryResult<i64> {
    tokens::table.filter(tokens::user_id.eq(user)).count().get_result(conn)
}

/// One token of somebody.
///
/// # Errors
/// The database's.
pub fn find(conn: &mut PgConnection, user: Uuid, id: Uuid) -> QueryResult<Option<TokenRow>> {
    tokens::table
        .find(id)
        .filter(tokens::user_id.eq(user))
        .select(TokenRow::as_select())
        .first(conn)
        .optional()
}

/// The token of that hash and its owner, if it is good now and they may sign in. Two look-ups by unique index.
#[must_use]
pub fn valid(hash: &TokenHash) -> impl Read<(TokenRow, User)> + use<> {
    tokens::table
        .inner_join(users::table)
        .filter(tokens::hash.eq(hash.to_vec()))
        .filter(tokens::expires_at.is_null().or(tokens::expires_at.gt(clock::now())))
        .filter(users::is_active)
        .filter(users::deleted_at.is_null())
        .select((TokenRow::as_select(), User::as_select()))
}
