//! There is always somebody who can administer: changes of administrators happen one after the other.

use diesel::{
    ExpressionMethods as _, OptionalExtension as _, PgConnection, QueryDsl as _, QueryResult,
    RunQueryDsl as _, SelectableHelper as _, dsl::exists, select, sql_query,
};
use service_kit::{Problem, auth::Actor};
use uuid::Uuid;

use super::model::User;
use crate::{error::Error, schema::users};

/// Waits for its turn, until the transaction's end, and then looks whether the caller is an administrator still:
/// another one's change may have come first.
///
/// # Errors
/// 403 when they are not any more; the database's.
pub fn take_turn(conn: &mut PgConnection, actor: &Actor) -> Result<(), Error> {
    sql_query("SELECT pg_advisory_xact_lock(hashtextextended('changes of administrators', 0))")
        .execute(conn)?;
    let present: Option<User> =
        users::table.find(actor.id()).select(User::as_select()).first(conn).optional()?;
    if present.is_some_and(|user| user.is_active_admin()) {
        Ok(())
    } else {
        Err(Problem::forbidden("Only an administrator may do that.").into())
    }
}

/// Whether there is another active administrator than this one.
///
/// # Errors
/// The database's.
pub fn another_than(conn: &mut PgConnection, id: Uuid) -> QueryResult<bool> {
    let others = users::table
        .filter(users::role.eq("admin"))
        .filter(users::is_active)
        .filter(users::deleted_at.is_null())
        .filter(users::id.ne(id));
    select(exists(others)).get_result(conn)
}
