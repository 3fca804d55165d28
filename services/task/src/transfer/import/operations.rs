//! Writes of the rows of imports. Each but the first is for one that is still at work: once it is over, it stays so.

use chrono::{DateTime, Utc};
use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, IntoSql as _, PgConnection, QueryDsl as _,
    QueryResult, RunQueryDsl as _, delete,
    dsl::{IntervalDsl as _, now},
    insert_into,
    sql_types::Timestamptz,
    update,
};
use uuid::Uuid;

use super::{
    faults::Findings,
    model::{Import, ImportState},
};
use crate::schema::task_imports::dsl as column;

/// Seconds without a sign of life after which whoever worked on an import is held to be gone.
const GONE_SECONDS: i32 = 60;
/// Days that an import is kept.
const KEPT_DAYS: i32 = 7;
const GONE: &str = "The service stopped in the middle. Nothing was imported: send the file again.";

/// Writes a new one.
///
/// # Errors
/// The database's.
pub fn begin(conn: &mut PgConnection, import: &Import) -> QueryResult<()> {
    insert_into(column::task_imports).values(import).execute(conn).map(drop)
}

/// Says that somebody is at work on it, and how far they are.
///
/// # Errors
/// The database's.
pub fn tell_progress(conn: &mut PgConnection, id: Uuid, lines: u64, created: u64) -> QueryResult<()> {
    update(at_work(id))
        .set((
            column::lines.eq(number(lines)),
            column::created.eq(number(created)),
            column::alive_at.eq(now.into_sql::<Timestamptz>()),
        ))
        .execute(conn)
        .map(drop)
}

/// Writes what became of it; false if it was over already.
///
/// # Errors
/// The database's.
pub fn finish(
    conn: &mut PgConnection,
    id: Uuid,
    state: ImportState,
    findings: &Findings,
    created: u64,
    at: DateTime<Utc>,
) -> QueryResult<bool> {
    let rows = update(at_work(id))
        .set((
            column::state.eq(state),
            column::lines.eq(number(findings.lines)),
            column::created.eq(number(created)),
            column::failed.eq(number(findings.faults.count() as u64)),
            column::errors.eq(findings.faults.as_json()),
            column::finished_at.eq(at),
        ))
        .execute(conn)?;
    Ok(rows > 0)
}

/// Writes why nothing came of it.
///
/// # Errors
/// The database's.
pub fn give_up(conn: &mut PgConnection, id: Uuid, detail: &str, at: DateTime<Utc>) -> QueryResult<()> {
    update(at_work(id))
        .set((
            column::state.eq(ImportState::Failed),
            column::created.eq(0),
            column::detail.eq(detail),
            column::finished_at.eq(at),
        ))
        .execute(conn)
        .map(drop)
}

/// Gives up those that nobody works on any more.
///
/// # Errors
/// The database's.
pub fn give_up_gone(conn: &mut PgConnection) -> QueryResult<usize> {
    let gone = column::alive_at.lt(now.into_sql::<Timestamptz>() - GONE_SECONDS.seconds());
    update(column::task_imports.filter(column::state.eq(ImportState::Running).and(gone)))
        .set((
            column::state.eq(ImportState::Failed),
            column::created.eq(0),
            column::detail.eq(GONE),
            column::finished_at.eq(now),
        ))
        .execute(conn)
}

/// Deletes those that began more than a week ago; tells how many.
///
/// # Errors
/// The database's.
pub fn prune(conn: &mut PgConnection) -> QueryResult<usize> {
    let old = column::created_at.lt(now.into_sql::<Timestamptz>() - KEPT_DAYS.days());
    delete(column::task_imports.filter(old)).execute(conn)
}

#[diesel::dsl::auto_type(no_type_alias)]
fn at_work(id: Uuid) -> _ {
    let running: ImportState = ImportState::Running;
    column::task_imports.filter(column::id.eq(id)).filter(column::state.eq(running))
}

fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
