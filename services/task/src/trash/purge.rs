//! Deletes for good what has been in the trash for 30 days; its history goes with it.

use diesel::{
    ExpressionMethods as _, IntoSql as _, PgConnection, QueryDsl as _, QueryResult, RunQueryDsl as _, delete,
    dsl::{IntervalDsl as _, now},
    sql_types::{Nullable, Timestamptz},
};
use uuid::Uuid;

use crate::schema::tasks;

/// Days that a task stays in the trash.
pub const KEPT_DAYS: i32 = 30;

/// Deletes up to `batch` tasks whose time is over, by the database's clock; tells how many.
///
/// # Errors
/// The database's.
pub fn purge(conn: &mut PgConnection, batch: i64) -> QueryResult<usize> {
    let over: Vec<Uuid> = tasks::table
        .filter(tasks::deleted_at.lt(now.into_sql::<Nullable<Timestamptz>>() - KEPT_DAYS.days()))
        .order(tasks::deleted_at)
        .limit(batch)
        .select(tasks::id)
        // Somebody may be restoring one right now.
        .for_update()
        .skip_locked()
        .load(conn)?;
    delete(tasks::table.filter(tasks::id.eq_any(over))).execute(conn)
}
