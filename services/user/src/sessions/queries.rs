//! Reads of sessions.

use diesel::{
    ExpressionMethods as _, PgConnection, QueryDsl as _, QueryResult, RunQueryDsl as _,
    SelectableHelper as _, pg::Pg,
};
use service_kit::http::{Cursor, PageRequest};
use uuid::Uuid;

use super::model::Session;
use crate::{clock, schema::sessions};

/// Up to `limit + 1` live sessions of somebody in reading direction, newest first; and how many, if asked for.
///
/// # Errors
/// The database's.
pub fn list(
    conn: &mut PgConnection,
    user: Uuid,
    page: &PageRequest,
    from: Option<&Cursor>,
) -> QueryResult<(Vec<Session>, Option<i64>)> {
    let rows = live(user).select(Session::as_select()).limit(page.limit + 1);
    let rows = match from {
        None => rows.order(sessions::id.desc()).load(conn),
        Some(cursor) if cursor.backward => {
            rows.filter(sessions::id.gt(cursor.id)).order(sessions::id.asc()).load(conn)
        }
        Some(cursor) => rows.filter(sessions::id.lt(cursor.id)).order(sessions::id.desc()).load(conn),
    }?;
    let count = if page.count { Some(live(user).count().get_result(conn)?) } else { None };
    Ok((rows, count))
}

fn live(user: Uuid) -> sessions::BoxedQuery<'static, Pg> {
    sessions::table
        .filter(sessions::user_id.eq(user))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::expires_at.gt(clock::now()))
        .into_boxed()
}
