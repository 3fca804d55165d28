//! Reads of notifications; a user's own only, and never a deleted one.

use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, OptionalExtension as _, PgConnection, QueryDsl as _,
    QueryResult, RunQueryDsl, SelectableHelper as _, alias,
    dsl::{AsSelect, Eq, Filter, IsNull, Select, count_star},
    pg::Pg,
};
use service_kit::db::Read;
use uuid::Uuid;

use super::{kind::Kind, model::Notification, requests::InboxState};
use crate::schema::{notifications as n, user_positions};

/// Which of a user's notifications.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Whose.
    pub user: Uuid,
    /// In the inbox, archived or snoozed.
    pub state: InboxState,
    /// Of these types; `None` for all.
    pub kinds: Option<Vec<Kind>>,
    /// About this task; `None` for all.
    pub task: Option<Uuid>,
}

impl Wanted {
    /// True for lists of which no row is passed over: each state has an index of its own.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.kinds.is_none() && self.task.is_none()
    }
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

/// The conditions of a list: those of the partial index that it is read by.
fn wanted(wanted: &Wanted) -> n::BoxedQuery<'static, Pg> {
    let in_inbox = n::archived_at.is_null().and(n::snoozed_until.is_null());
    let mine = mine(wanted.user).into_boxed();
    let mut query = match wanted.state {
        InboxState::Unread => mine.filter(in_inbox.and(n::read_at.is_null())),
        InboxState::Read => mine.filter(in_inbox.and(n::read_at.is_not_null())),
        InboxState::All => mine.filter(in_inbox),
        InboxState::Archived => mine.filter(n::archived_at.is_not_null()),
        InboxState::Snoozed => mine.filter(n::snoozed_until.is_not_null().and(n::archived_at.is_null())),
    };
    if let Some(kinds) = &wanted.kinds {
        query = query.filter(n::kind.eq_any(kinds.clone()));
    }
    if let Some(task) = wanted.task {
        query = query.filter(n::task_id.eq(task));
    }
    query
}

/// A part of the list.
#[must_use]
pub fn part(which: &Wanted, reading: Reading) -> impl Read<Notification> + RunQueryDsl<PgConnection> + use<> {
    let query = wanted(which).select(Notification::as_select());
    let query = match (reading.from, reading.backward) {
        (None, _) => query.order(n::position.desc()),
        (Some(from), false) => query.filter(n::position.lt(from)).order(n::position.desc()),
        (Some(from), true) => query.filter(n::position.gt(from)).order(n::position.asc()),
    };
    query.limit(reading.limit)
}

/// The rows of [`part`].
///
/// # Errors
/// The database's.
pub fn list(conn: &mut PgConnection, which: &Wanted, reading: Reading) -> QueryResult<Vec<Notification>> {
    part(which, reading).load(conn)
}

/// How many the whole list has.
///
/// # Errors
/// The database's.
pub fn count(conn: &mut PgConnection, which: &Wanted) -> QueryResult<i64> {
    wanted(which).select(count_star()).get_result(conn)
}

/// The newest unread ones of a user's inbox, and how many there are, beside each of them: the dashboard's part.
#[must_use]
pub fn unread_at_a_glance(user: Uuid, limit: i64) -> impl Read<(Notification, Option<i64>)> {
    let counted = alias!(n as counted);
    let count = counted
        .filter(counted.field(n::user_id).eq(user).and(counted.field(n::deleted_at).is_null()))
        .filter(counted.field(n::read_at).is_null().and(counted.field(n::archived_at).is_null()))
        .filter(counted.field(n::snoozed_until).is_null())
        .select(count_star())
        .single_value();
    let in_inbox = n::archived_at.is_null().and(n::snoozed_until.is_null());
    mine(user)
        .filter(n::read_at.is_null().and(in_inbox))
        .select((Notification::as_select(), count))
        .order(n::position.desc())
        .limit(limit)
}

/// How many a user has not read, of those in the inbox.
#[must_use]
pub fn number_unread(user: Uuid) -> impl Read<i64> + RunQueryDsl<PgConnection> {
    let in_inbox = n::archived_at.is_null().and(n::snoozed_until.is_null());
    mine(user).filter(n::read_at.is_null().and(in_inbox)).select(count_star())
}

/// What [`number_unread`] reads.
///
/// # Errors
/// The database's.
pub fn unread(conn: &mut PgConnection, user: Uuid) -> QueryResult<i64> {
    number_unread(user).get_result(conn)
}

/// One of a user's notifications.
#[must_use]
pub fn by_id(user: Uuid, id: Uuid) -> impl Read<Notification> {
    selected(user).filter(n::id.eq(id))
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

/// The position of a user's notification, deleted or not; its first one, if it was snoozed and came back.
///
/// # Errors
/// The database's.
pub fn position_of(conn: &mut PgConnection, user: Uuid, id: Uuid) -> QueryResult<Option<i64>> {
    let place: Option<(i64, Option<i64>)> = n::table
        .filter(n::id.eq(id).and(n::user_id.eq(user)))
        .select((n::position, n::first_position))
        .first(conn)
        .optional()?;
    Ok(place.map(|(position, first)| first.unwrap_or(position)))
}

/// The latest `limit` notifications of the inbox after a position, oldest first.
///
/// # Errors
/// The database's.
pub fn after(
    conn: &mut PgConnection,
    user: Uuid,
    position: i64,
    limit: i64,
) -> QueryResult<Vec<Notification>> {
    let in_inbox = n::archived_at.is_null().and(n::snoozed_until.is_null());
    let newest_first =
        selected(user).filter(n::position.gt(position).and(in_inbox)).order(n::position.desc()).limit(limit);
    let mut rows: Vec<Notification> = newest_first.load(conn)?;
    rows.reverse();
    Ok(rows)
}
