//! Reads of notifications; a user's own only, and never a deleted one.

use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, OptionalExtension as _, PgConnection, QueryDsl as _,
    QueryResult, RunQueryDsl as _, SelectableHelper as _,
    dsl::{AsSelect, Eq, Filter, IsNull, Select, count_star},
    pg::Pg,
};
use uuid::Uuid;

use super::{kind::Kind, model::Notification, requests::ReadState};
use crate::schema::{notifications as n, user_positions};

/// Which of a user's notifications.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Whose.
    pub user: Uuid,
    /// Read, unread or both.
    pub state: ReadState,
    /// Of these types; `None` for all.
    pub kinds: Option<Vec<Kind>>,
}

/// Which part of the list, newest first.
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    /// Not including this position.
    pub from: Option<i64>,
    /// Towards newer ones; rows then come oldest first.
    pub backward: bool,
    /// Rows at most.
    pub limit: i64,
}

type Mine = Filter<n::table, diesel::dsl::And<Eq<n::user_id, Uuid>, IsNull<n::deleted_at>>>;
type MineSelected = Select<Mine, AsSelect<Notification, Pg>>;

fn mine(user: Uuid) -> Mine {
    n::table.filter(n::user_id.eq(user).and(n::deleted_at.is_null()))
}

fn selected(user: Uuid) -> MineSelected {
    mine(user).select(Notification::as_select())
}

/// A part of the list.
///
/// # Errors
/// The database's.
pub fn list(conn: &mut PgConnection, wanted: &Wanted, reading: Reading) -> QueryResult<Vec<Notification>> {
    let mut query = selected(wanted.user).into_boxed();
    match wanted.state {
        ReadState::Unread => query = query.filter(n::read_at.is_null()),
        ReadState::Read => query = query.filter(n::read_at.is_not_null()),
        ReadState::All => {}
    }
    if let Some(kinds) = &wanted.kinds {
        query = query.filter(n::kind.eq_any(kinds));
    }
    query = match (reading.from, reading.backward) {
        (None, _) => query.order(n::position.desc()),
        (Some(from), false) => query.filter(n::position.lt(from)).order(n::position.desc()),
        (Some(from), true) => query.filter(n::position.gt(from)).order(n::position.asc()),
    };
    query.limit(reading.limit).load(conn)
}

/// How many the whole list has.
///
/// # Errors
/// The database's.
pub fn count(conn: &mut PgConnection, wanted: &Wanted) -> QueryResult<i64> {
    let mut query = mine(wanted.user).select(count_star()).into_boxed();
    match wanted.state {
        ReadState::Unread => query = query.filter(n::read_at.is_null()),
        ReadState::Read => query = query.filter(n::read_at.is_not_null()),
        ReadState::All => {}
    }
    if let Some(kinds) = &wanted.kinds {
        query = query.filter(n::kind.eq_any(kinds));
    }
    query.get_result(conn)
}

/// How many a user has not read.
///
/// # Errors
/// The database's.
pub fn unread(conn: &mut PgConnection, user: Uuid) -> QueryResult<i64> {
    mine(user).filter(n::read_at.is_null()).select(count_star()).get_result(conn)
}

/// One of a user's notifications.
///
/// # Errors
/// The database's.
pub fn find(conn: &mut PgConnection, user: Uuid, id: Uuid) -> QueryResult<Option<Notification>> {
    selected(user).filter(n::id.eq(id)).first(conn).optional()
}

/// The same, locked until the end of the transaction.
///
/// # Errors
/// The database's.
pub fn lock(conn: &mut PgConnection, user: Uuid, id: Uuid) -> QueryResult<Option<Notification>> {
    selected(user).filter(n::id.eq(id)).for_no_key_update().first(conn).optional()
}

/// The position of a user's latest notification; 0 before the first.
///
/// # Errors
/// The database's.
pub fn latest_position(conn: &mut PgConnection, user: Uuid) -> QueryResult<i64> {
    let latest = user_positions::table.find(user).select(user_positions::latest).first(conn).optional()?;
    Ok(latest.unwrap_or(0))
}

/// The position of a user's notification, deleted or not.
///
/// # Errors
/// The database's.
pub fn position_of(conn: &mut PgConnection, user: Uuid, id: Uuid) -> QueryResult<Option<i64>> {
    n::table.filter(n::id.eq(id)).filter(n::user_id.eq(user)).select(n::position).first(conn).optional()
}

/// The latest `limit` notifications after a position, oldest first.
///
/// # Errors
/// The database's.
pub fn after(
    conn: &mut PgConnection,
    user: Uuid,
    position: i64,
    limit: i64,
) -> QueryResult<Vec<Notification>> {
    let newest_first = selected(user).filter(n::position.gt(position)).order(n::position.desc()).limit(limit);
    let mut rows: Vec<Notification> = newest_first.load(conn)?;
    rows.reverse();
    Ok(rows)
}
