//! Reads of accounts.

use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, NullableExpressionMethods as _,
    OptionalExtension as _, PgConnection, PgTextExpressionMethods as _, QueryDsl as _, QueryResult,
    RunQueryDsl, SelectableHelper as _, pg::Pg,
};
use service_kit::{db::Read, http::Cursor};
use uuid::Uuid;

use super::{email::Email, model::User, requests::ListUsersQuery};
use crate::schema::users;

/// Name of the one ordering: newest first, which is the order of UUIDv7.
pub const NEWEST_FIRST: &str = "-created_at";

/// The account of that id, unless it is deleted.
#[must_use]
pub fn by_id(id: Uuid) -> impl Read<User> + RunQueryDsl<PgConnection> {
    users::table.find(id).filter(users::deleted_at.is_null()).select(User::as_select())
}

/// What [`by_id`] finds.
///
/// # Errors
/// The database's.
pub fn find(conn: &mut PgConnection, id: Uuid) -> QueryResult<Option<User>> {
    by_id(id).get_result(conn).optional()
}

/// The account of that address, unless it is deleted.
///
/// # Errors
/// The database's.
pub fn find_by_email(conn: &mut PgConnection, email: &Email) -> QueryResult<Option<User>> {
    users::table
        .filter(users::email_key.eq(email.key()))
        .filter(users::deleted_at.is_null())
        .select(User::as_select())
        .first(conn)
        .optional()
}

/// Up to `limit + 1` accounts in reading direction.
///
/// # Errors
/// The database's.
pub fn list(
    conn: &mut PgConnection,
    query: &ListUsersQuery,
    limit: i64,
    from: Option<&Cursor>,
) -> QueryResult<Vec<User>> {
    let rows = filtered(query).select(User::as_select()).limit(limit + 1);
    match from {
        None => rows.order(users::id.desc()).load(conn),
        Some(cursor) if cursor.backward => {
            rows.filter(users::id.gt(cursor.id)).order(users::id.asc()).load(conn)
        }
        Some(cursor) => rows.filter(users::id.lt(cursor.id)).order(users::id.desc()).load(conn),
    }
}

/// How many there are in all.
///
/// # Errors
/// The database's.
pub fn count(conn: &mut PgConnection, query: &ListUsersQuery) -> QueryResult<i64> {
    filtered(query).count().get_result(conn)
}

fn filtered(query: &ListUsersQuery) -> users::BoxedQuery<'static, Pg> {
    let mut rows = users::table.filter(users::deleted_at.is_null()).into_boxed();
    if let Some(q) = &query.q {
        let pattern = containing(q);
        let matches = users::email.ilike(pattern.clone()).nullable().or(users::username.ilike(pattern));
        rows = rows.filter(matches);
    }
    if let Some(email) = &query.email {
        rows = rows.filter(users::email_key.eq(email.key()));
    }
    if let Some(role) = query.role {
        rows = rows.filter(users::role.eq(role.as_str()));
    }
    if let Some(is_active) = query.is_active {
        rows = rows.filter(users::is_active.eq(is_active));
    }
    rows
}

/// The LIKE pattern of texts that contain `part` literally.
fn containing(part: &str) -> String {
    let literal = part.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{literal}%")
}

#[cfg(test)]
mod tests {
    use super::containing;

    #[test]
    fn wildcards_of_the_client_are_literal() {
        assert_eq!(containing(r"50%_\"), r"%50\%\_\\%");
    }
}
