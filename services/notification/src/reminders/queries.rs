//! Which reminders fire: one INSERT whose key makes each of them happen once, whoever else looks at the same time.

use chrono::{DateTime, Utc};
use diesel::{
    PgConnection, QueryResult, QueryableByName, RunQueryDsl as _, sql_query,
    sql_types::{Array, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use uuid::Uuid;

use super::limits::{LONGEST_LEAD_MINUTES, TOO_LATE_MINUTES, USUAL_LEAD_MINUTES};
use crate::notifications::kind::Kind;

/// Reminders that one transaction fires.
pub const BATCH: i32 = 500;

/// The time in question. Written out wherever it is needed: so Postgres sees how few dates are before it, and does not read
/// whole tables to join them.
const NOW: &str = "coalesce($1, now())";

/// A reminder that has just fired.
#[derive(Debug, Clone, QueryableByName)]
pub struct Fired {
    /// The task.
    #[diesel(sql_type = SqlUuid)]
    pub task_id: Uuid,
    /// `task_due` or `task_overdue`.
    #[diesel(sql_type = Text)]
    pub kind: Kind,
    /// When the task is or was due.
    #[diesel(sql_type = Timestamptz)]
    pub due_date: DateTime<Utc>,
    /// True when it is too old to be told.
    #[diesel(sql_type = Bool)]
    pub is_missed: bool,
    /// The task's title.
    #[diesel(sql_type = Text)]
    pub title: String,
    /// The task's status.
    #[diesel(sql_type = Text)]
    pub status: String,
    /// Who is to do it.
    #[diesel(sql_type = SqlUuid)]
    pub assignee_id: Uuid,
}

/// Records, and returns, the reminders that are due at `at` (the database's present time if `None`), of these tasks or
/// of all; [`BATCH`] at most.
///
/// A `task_due` is told as long as the task is not due yet, however long its time has been running: it is still of use.
/// Of several lead times of one person that have come, the shortest is told, and the longer ones never: so each is told
/// once, and nobody is told the same twice at once. Whoever a task is given to after that was told of its date with it:
/// only a shorter lead of their own is still to come.
///
/// # Errors
/// The database's.
pub fn fire(
    conn: &mut PgConnection,
    at: Option<DateTime<Utc>>,
    only: Option<&[Uuid]>,
) -> QueryResult<Vec<Fired>> {
    let some = if only.is_some() { "t.id = ANY($3)" } else { "$3 IS NULL" };
    // `open` repeats the condition of the index `tasks_open_due`.
    let query = format!(
        "WITH open AS (SELECT t.id, t.title, t.status, t.assignee_id, t.due_date FROM tasks t \
           WHERE t.due_date IS NOT NULL AND t.assignee_id IS NOT NULL AND NOT t.deleted AND t.status <> 'completed' \
             AND t.due_date <= {NOW} + interval '{LONGEST_LEAD_MINUTES} minutes' AND {some} \
             AND NOT EXISTS (SELECT FROM directory_users d WHERE d.id = t.assignee_id AND d.deleted)), \
         called AS (SELECT o.*, k.kind, k.lead FROM open o \
           LEFT JOIN preferences p ON p.user_id = o.assignee_id \
           CROSS JOIN LATERAL (SELECT CASE WHEN {NOW} >= o.due_date THEN 'task_overdue' ELSE 'task_due' END AS kind, \
             CASE WHEN {NOW} >= o.due_date THEN 0 ELSE (SELECT min(lead) FROM unnest(array_append( \
                 p.remind_again_before_minutes, coalesce(p.remind_before_minutes, {USUAL_LEAD_MINUTES}))) AS lead \
               WHERE {NOW} >= o.due_date - lead * interval '1 minute') END AS lead) k \
           WHERE k.lead IS NOT NULL \
             AND NOT EXISTS (SELECT FROM reminders r WHERE r.task_id = o.id AND r.kind = k.kind \
               AND r.due_date = o.due_date AND r.lead_minutes <= k.lead)), \
         fired AS (INSERT INTO reminders (task_id, kind, due_date, lead_minutes, user_id, outcome, fired_at) \
           SELECT c.id, c.kind, c.due_date, c.lead, c.assignee_id, \
             CASE WHEN c.due_date < {NOW} - interval '{TOO_LATE_MINUTES} minutes' THEN 'missed' ELSE 'told' END, \
             {NOW} FROM called c ORDER BY c.due_date, c.id LIMIT $2 \
           ON CONFLICT DO NOTHING RETURNING task_id, kind, due_date, outcome) \
         SELECT f.task_id, f.kind, f.due_date, f.outcome = 'missed' AS is_missed, o.title, o.status, o.assignee_id \
         FROM fired f JOIN open o ON o.id = f.task_id ORDER BY f.due_date, f.task_id"
    );
    sql_query(query)
        .bind::<Nullable<Timestamptz>, _>(at)
        .bind::<Integer, _>(BATCH)
        .bind::<Nullable<Array<SqlUuid>>, _>(only)
        .load(conn)
}

/// Forgets reminders of dates long past, unless the task still waits; tells how many.
///
/// # Errors
/// The database's.
pub fn prune(conn: &mut PgConnection, batch: i32) -> QueryResult<usize> {
    sql_query(
        "DELETE FROM reminders WHERE (task_id, kind, due_date) IN (SELECT r.task_id, r.kind, r.due_date \
         FROM reminders r LEFT JOIN tasks t ON t.id = r.task_id WHERE r.due_date < now() - interval '400 days' \
         AND t.due_date IS DISTINCT FROM r.due_date LIMIT $1)",
    )
    .bind::<Integer, _>(batch)
    .execute(conn)
}
