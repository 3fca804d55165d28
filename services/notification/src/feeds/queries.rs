//! Reads of feeds, and of what they show.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use diesel::{
    ExpressionMethods as _, OptionalExtension as _, PgConnection, QueryDsl as _, QueryResult,
    RunQueryDsl as _, SelectableHelper as _,
    sql_types::{BigInt, Bytea, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use uuid::Uuid;

use super::{
    model::{Entry, Feed, FeedKind},
    secret::FeedSecret,
};
use crate::schema::feeds as f;

/// Tasks of a calendar at most.
pub const MOST_TASKS: i64 = 1000;

service_kit::statement! {
    /// Whoever made a feed a moment ago was let in by their token; the directory may be about to hear of them.
    struct FindOwner { hash: [u8] => Bytea, kind: str => Text } -> (SqlUuid, SqlUuid, Timestamptz, Text);
    "SELECT f.id, f.user_id, f.created_at, coalesce(u.timezone, 'UTC') FROM feeds f \
     LEFT JOIN directory_users u ON u.id = f.user_id WHERE f.secret_hash = ? AND f.kind = ? \
     AND CASE WHEN u.id IS NULL THEN f.created_at > now() - interval '1 day' ELSE u.is_active AND NOT u.deleted END"
}

service_kit::statement! {
    /// What is open, and what was completed within a month.
    struct TasksOf { user: Uuid => SqlUuid, limit: i64 => BigInt }
    -> (SqlUuid, Text, Nullable<Timestamptz>, Text, BigInt, Timestamptz);
    "SELECT id, title, due_date, status, sequence, changed_at FROM tasks WHERE assignee_id = ? AND NOT deleted \
     AND (status <> 'completed' OR changed_at > now() - interval '30 days') \
     ORDER BY status = 'completed', due_date NULLS LAST, id LIMIT ?"
}

/// Whose feed it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner {
    /// The feed.
    pub feed: Uuid,
    /// Its owner, who is active.
    pub user: Uuid,
    /// When its URL was made.
    pub made: DateTime<Utc>,
    /// Where they live.
    pub zone: Tz,
}

/// Whose feed of that kind the secret opens.
///
/// # Errors
/// The database's.
pub fn owner(conn: &mut PgConnection, secret: &FeedSecret, kind: FeedKind) -> QueryResult<Option<Owner>> {
    let find = FindOwner { hash: &secret.hash(), kind: kind.as_str() };
    let row: Option<(Uuid, Uuid, DateTime<Utc>, String)> = find.get_result(conn).optional()?;
    Ok(row.map(|(feed, user, made, zone)| Owner { feed, user, made, zone: zone.parse().unwrap_or(Tz::UTC) }))
}

/// The tasks of somebody's calendar.
///
/// # Errors
/// The database's.
pub fn tasks(conn: &mut PgConnection, user: Uuid) -> QueryResult<Vec<Entry>> {
    type Row = (Uuid, String, Option<DateTime<Utc>>, String, i64, DateTime<Utc>);
    let rows: Vec<Row> = TasksOf { user: &user, limit: &MOST_TASKS }.load(conn)?;
    let entry = |(id, title, due_date, status, sequence, changed_at): Row| Entry {
        id,
        title,
        due_date,
        status,
        sequence,
        changed_at,
    };
    Ok(rows.into_iter().map(entry).collect())
}

/// Somebody's feeds.
///
/// # Errors
/// The database's.
pub fn list(conn: &mut PgConnection, user: Uuid) -> QueryResult<Vec<Feed>> {
    f::table.filter(f::user_id.eq(user)).order(f::kind.asc()).select(Feed::as_select()).load(conn)
}
