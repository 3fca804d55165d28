//! What the open streams of a replica are to be told, for all of its users in two statements.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::{
    PgConnection, QueryResult, RunQueryDsl as _,
    sql_types::{Array, BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use uuid::Uuid;

use crate::notifications::{kind::Kind, model::Notification};

/// Rows that one look reads; when there are more, another look follows.
pub const ROWS: i64 = 1000;

service_kit::statement! {
    struct NewOnes {
        users: [Uuid] => Array<SqlUuid>,
        positions: [i64] => Array<BigInt>,
        limit: i64 => BigInt,
    }
    -> (
        SqlUuid, SqlUuid, BigInt, Text, Nullable<SqlUuid>, Nullable<Text>, Text, Nullable<Text>, Timestamptz,
        Nullable<Timestamptz>,
    );
    "SELECT n.id, n.user_id, n.position, n.type, n.task_id, n.task_title, n.message, n.actor_email, n.created_at, \
     n.read_at FROM unnest(?, ?) AS w (user_id, position) JOIN notifications n ON n.user_id = w.user_id \
     AND n.position > w.position WHERE n.archived_at IS NULL AND n.snoozed_until IS NULL \
     AND n.deleted_at IS NULL ORDER BY n.user_id, n.position LIMIT ?"
}

service_kit::statement! {
    struct UnreadCounts { users: [Uuid] => Array<SqlUuid> } -> (SqlUuid, BigInt);
    "SELECT w.user_id, (SELECT count(*) FROM notifications n WHERE n.user_id = w.user_id AND n.read_at IS NULL \
     AND n.archived_at IS NULL AND n.snoozed_until IS NULL AND n.deleted_at IS NULL) FROM unnest(?) AS w (user_id)"
}

/// What there is to tell.
#[derive(Debug, Default)]
pub struct Found {
    /// New notifications by user, in order.
    pub rows: Vec<Notification>,
    /// Unread notifications by user.
    pub unread: HashMap<Uuid, i64>,
    /// There is more than was read.
    pub more: bool,
}

/// Reads it for these users, each after a position.
///
/// # Errors
/// The database's.
pub fn look(conn: &mut PgConnection, users: &[Uuid], positions: &[i64]) -> QueryResult<Found> {
    type Row = (
        Uuid,
        Uuid,
        i64,
        Kind,
        Option<Uuid>,
        Option<String>,
        String,
        Option<String>,
        DateTime<Utc>,
        Option<DateTime<Utc>>,
    );
    let rows: Vec<Row> = NewOnes { users, positions, limit: &ROWS }.load(conn)?;
    let more = i64::try_from(rows.len()).is_ok_and(|count| count == ROWS);
    let counts: Vec<(Uuid, i64)> = UnreadCounts { users }.load(conn)?;
    let row = |(
        id,
        user_id,
        position,
        kind,
        task_id,
        task_title,
        message,
        actor_email,
        created_at,
        read_at,
    ): Row| {
        Notification {
            id,
            user_id,
            position,
            kind,
            task_id,
            task_title,
            message,
            actor_email,
            created_at,
            read_at,
            archived_at: None,
            snoozed_until: None,
        }
    };
    Ok(Found { rows: rows.into_iter().map(row).collect(), unread: counts.into_iter().collect(), more })
}
