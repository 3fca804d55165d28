//! Reads of a task's history, by the table's primary key.

use diesel::{
    ExpressionMethods as _, IntoSql as _, PgConnection, QueryDsl as _, QueryResult, RunQueryDsl as _,
    SelectableHelper as _,
    sql_types::{BigInt, Record, Uuid as SqlUuid},
};
use service_kit::{Problem, http::Cursor};
use uuid::Uuid;

use super::entry::Entry;
use crate::schema::task_history;

/// Name of the one ordering.
pub const NEWEST_FIRST: &str = "-version";

/// A place in a task's history: version and id of an entry.
pub type Place = (i64, Uuid);

/// Where an entry stands, as a cursor keeps it.
#[must_use]
pub fn place_of(entry: &Entry) -> (Option<String>, Uuid) {
    (Some(entry.version.to_string()), entry.id)
}

/// The place that a cursor names.
///
/// # Errors
/// 400 when it names none.
pub fn place_at(cursor: &Cursor) -> Result<Place, Problem> {
    let version = cursor.key.as_deref().and_then(|text| text.parse().ok());
    let version = version.ok_or_else(|| Problem::bad_request("This cursor names no place in a history."))?;
    Ok((version, cursor.id))
}

/// Up to `limit` entries, newest first, or oldest first when reading `backward`; after `from` in that direction.
///
/// # Errors
/// The database's.
pub fn list(
    conn: &mut PgConnection,
    task: Uuid,
    from: Option<Place>,
    backward: bool,
    limit: i64,
) -> QueryResult<Vec<Entry>> {
    use task_history::{id, task_id, version};
    let rows = task_history::table.filter(task_id.eq(task)).select(Entry::as_select()).limit(limit);
    let place = (version, id).into_sql::<Record<(BigInt, SqlUuid)>>();
    match (from, backward) {
        (None, _) => rows.order((version.desc(), id.desc())).load(conn),
        (Some(from), false) => rows.filter(place.lt(from)).order((version.desc(), id.desc())).load(conn),
        (Some(from), true) => rows.filter(place.gt(from)).order((version.asc(), id.asc())).load(conn),
    }
}

/// How many entries there are in all.
///
/// # Errors
/// The database's.
pub fn count(conn: &mut PgConnection, task: Uuid) -> QueryResult<i64> {
    task_history::table.filter(task_history::task_id.eq(task)).count().get_result(conn)
}
