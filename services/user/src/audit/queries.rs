//! Reads of the audit log: by its ids, whose order is that of time, so that no page costs more than another.

use chrono::{DateTime, Utc};
use diesel::{
    ExpressionMethods as _, OptionalExtension as _, PgConnection, QueryDsl as _, QueryResult,
    RunQueryDsl as _, SelectableHelper as _, delete, pg::Pg,
};
use service_kit::http::Cursor;
use uuid::Uuid;

use super::{
    record::{Entry, first_id_at},
    requests::{AccountRef, ListAuditEntriesQuery},
};
use crate::schema::{audit_entries, users};

/// Name of the one ordering.
pub const NEWEST_FIRST: &str = "-at";

/// What is looked for, once accounts are found. `None` where an address belongs to nobody: nothing matches.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    actor: Option<Uuid>,
    target: Option<Uuid>,
    action: Option<&'static str>,
    /// From this id on.
    from: Option<Uuid>,
    /// Before this id.
    to: Option<Uuid>,
}

/// Finds the accounts of a query. `None` when one of them does not exist.
///
/// # Errors
/// The database's.
pub fn filter(conn: &mut PgConnection, query: &ListAuditEntriesQuery) -> QueryResult<Option<Filter>> {
    let mut filter = Filter {
        action: query.action.map(super::Action::as_str),
        from: query.since.map(first_id_at),
        to: query.until.map(first_id_at),
        ..Filter::default()
    };
    for (asked, found) in [(&query.actor, &mut filter.actor), (&query.target, &mut filter.target)] {
        if let Some(asked) = asked {
            *found = account(conn, asked)?;
            if found.is_none() {
                return Ok(None);
            }
        }
    }
    Ok(Some(filter))
}

fn account(conn: &mut PgConnection, asked: &AccountRef) -> QueryResult<Option<Uuid>> {
    match asked {
        AccountRef::Id(id) => Ok(Some(*id)),
        AccountRef::Email(email) => users::table
            .filter(users::email_key.eq(email.key()))
            .filter(users::deleted_at.is_null())
            .select(users::id)
            .first(conn)
            .optional(),
    }
}

/// Up to `limit + 1` entries in reading direction.
///
/// # Errors
/// The database's.
pub fn list(
    conn: &mut PgConnection,
    filter: &Filter,
    limit: i64,
    from: Option<&Cursor>,
) -> QueryResult<Vec<Entry>> {
    let rows = filtered(filter).select(Entry::as_select()).limit(limit + 1);
    match from {
        None => rows.order(audit_entries::id.desc()).load(conn),
        Some(cursor) if cursor.backward => {
            rows.filter(audit_entries::id.gt(cursor.id)).order(audit_entries::id.asc()).load(conn)
        }
        Some(cursor) => {
            rows.filter(audit_entries::id.lt(cursor.id)).order(audit_entries::id.desc()).load(conn)
        }
    }
}

/// How many there are in all.
///
/// # Errors
/// The database's.
pub fn count(conn: &mut PgConnection, filter: &Filter) -> QueryResult<i64> {
    filtered(filter).count().get_result(conn)
}

fn filtered(filter: &Filter) -> audit_entries::BoxedQuery<'static, Pg> {
    let mut rows = audit_entries::table.into_boxed();
    if let Some(actor) = filter.actor {
        rows = rows.filter(audit_entries::actor_id.eq(actor));
    }
    if let Some(target) = filter.target {
        rows = rows.filter(audit_entries::target_id.eq(target));
    }
    if let Some(action) = filter.action {
        rows = rows.filter(audit_entries::action.eq(action));
    }
    if let Some(from) = filter.from {
        rows = rows.filter(audit_entries::id.ge(from));
    }
    if let Some(to) = filter.to {
        rows = rows.filter(audit_entries::id.lt(to));
    }
    rows
}

/// Forgets entries from before an instant, at most `batch` of them; tells how many.
///
/// # Errors
/// The database's.
pub fn prune(conn: &mut PgConnection, before: DateTime<Utc>, batch: i64) -> QueryResult<usize> {
    let old = audit_entries::table
        .filter(audit_entries::id.lt(first_id_at(before)))
        .select(audit_entries::id)
        .order(audit_entries::id.asc())
        .limit(batch);
    delete(audit_entries::table.filter(audit_entries::id.eq_any(old.load::<Uuid>(conn)?))).execute(conn)
}
