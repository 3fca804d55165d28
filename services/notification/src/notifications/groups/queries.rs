//! Reads of groups, those with the latest notification first.

use diesel::{
    PgConnection, QueryResult, QueryableByName, RunQueryDsl as _, sql_query,
    sql_types::{Array, BigInt, Nullable, Text, Uuid as SqlUuid},
};

use crate::notifications::{
    model::Notification,
    queries::{Reading, Wanted},
    requests::InboxState,
};

/// All that was told about one task, of one list.
#[derive(Debug, Clone, QueryableByName)]
pub struct Group {
    /// The latest of it.
    #[diesel(embed)]
    pub latest: Notification,
    /// How many.
    #[diesel(sql_type = BigInt)]
    pub total: i64,
    /// How many of them are not read.
    #[diesel(sql_type = BigInt)]
    pub unread: i64,
}

/// The same conditions as in `notifications::queries`, for the row called `row`.
fn conditions(state: InboxState, row: &str) -> String {
    let of_state = match state {
        InboxState::Unread => "{}.read_at IS NULL AND {}.archived_at IS NULL AND {}.snoozed_until IS NULL",
        InboxState::Read => "{}.read_at IS NOT NULL AND {}.archived_at IS NULL AND {}.snoozed_until IS NULL",
        InboxState::All => "{}.archived_at IS NULL AND {}.snoozed_until IS NULL",
        InboxState::Archived => "{}.archived_at IS NOT NULL",
        InboxState::Snoozed => "{}.snoozed_until IS NOT NULL AND {}.archived_at IS NULL",
    };
    let all = format!(
        "{{}}.user_id = $1 AND {{}}.deleted_at IS NULL AND {of_state} \
         AND ($2 IS NULL OR {{}}.type = ANY($2)) AND ($3 IS NULL OR {{}}.task_id = $3)"
    );
    all.replace("{}", row)
}

/// A part of the list of groups. A notification stands for its task if no later one of the same list does; one that is
/// about no task is a group by itself.
///
/// # Errors
/// The database's.
pub fn list(conn: &mut PgConnection, wanted: &Wanted, reading: Reading) -> QueryResult<Vec<Group>> {
    let (beyond, order) = if reading.backward { (">", "ASC") } else { ("<", "DESC") };
    let query = format!(
        "SELECT h.*, g.total, g.unread FROM (SELECT n.id, n.user_id, n.position, n.type AS kind, n.task_id, \
             n.task_title, n.message, n.actor_email, n.created_at, n.read_at, n.archived_at, n.snoozed_until \
           FROM notifications n WHERE {of_n} AND ($4 IS NULL OR n.position {beyond} $4) \
             AND NOT EXISTS (SELECT FROM notifications m WHERE m.task_id = n.task_id AND m.position > n.position \
               AND {of_m}) ORDER BY n.position {order} LIMIT $5) h \
         CROSS JOIN LATERAL (SELECT count(*) AS total, count(*) FILTER (WHERE m.read_at IS NULL) AS unread \
           FROM notifications m WHERE (m.task_id = h.task_id OR m.id = h.id) AND {of_m}) g ORDER BY h.position {order}",
        of_n = conditions(wanted.state, "n"),
        of_m = conditions(wanted.state, "m"),
    );
    sql_query(query)
        .bind::<SqlUuid, _>(wanted.user)
        .bind::<Nullable<Array<Text>>, _>(wanted.kinds.as_deref())
        .bind::<Nullable<SqlUuid>, _>(wanted.task)
        .bind::<Nullable<BigInt>, _>(reading.from)
        .bind::<BigInt, _>(reading.limit)
        .load(conn)
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How many groups the whole list has.
///
/// # Errors
/// The database's.
pub fn count(conn: &mut PgConnection, wanted: &Wanted) -> QueryResult<i64> {
    let query = format!(
        "SELECT count(DISTINCT coalesce(n.task_id, n.id)) AS count FROM notifications n WHERE {}",
        conditions(wanted.state, "n")
    );
    let row: Count = sql_query(query)
        .bind::<SqlUuid, _>(wanted.user)
        .bind::<Nullable<Array<Text>>, _>(wanted.kinds.as_deref())
        .bind::<Nullable<SqlUuid>, _>(wanted.task)
        .get_result(conn)?;
    Ok(row.count)
}
