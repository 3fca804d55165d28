//! The caller's tasks at a glance, read by one statement that each connection keeps: counts from an index alone, and the
//! first open tasks from the same index, a status at a time.

use chrono::{DateTime, Utc};
use diesel::{
    PgConnection, QueryResult, RunQueryDsl,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{BigInt, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid},
};
use uuid::Uuid;

use super::model::soon;

/// Tasks to do, in progress, completed; open ones that are due soon, and overdue.
pub type Counts = (i64, i64, i64, i64, i64);

/// Counts, and the columns of a task, if there is one.
type Row = (
    (BigInt, BigInt, BigInt, BigInt, BigInt),
    Nullable<(
        SqlUuid,
        Text,
        Text,
        Text,
        SmallInt,
        Nullable<Timestamptz>,
        Nullable<SqlUuid>,
        Nullable<Text>,
        SqlUuid,
        BigInt,
        Timestamptz,
        Timestamptz,
        Nullable<Timestamptz>,
        Nullable<Timestamptz>,
    )>,
);

/// The counts beside each of the first 20 open tasks; beside none if there is none.
pub struct ReadSummary {
    assignee: Uuid,
    now: DateTime<Utc>,
    soon: DateTime<Utc>,
}

impl ReadSummary {
    /// Of an assignee's tasks.
    #[must_use]
    pub fn new(assignee: Uuid, now: DateTime<Utc>) -> Self {
        Self { assignee, now, soon: soon(now) }
    }
}

impl QueryFragment<Pg> for ReadSummary {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "SELECT counts.*, open.id, open.title, open.description, open.status, open.priority, open.due_date, \
             open.assignee_id, open.assignee_email, open.created_by, open.version, open.created_at, \
             open.updated_at, open.completed_at, open.deleted_at FROM (SELECT \
             count(*) FILTER (WHERE status = 'todo'), \
             count(*) FILTER (WHERE status = 'in-progress'), \
             count(*) FILTER (WHERE status = 'completed'), \
             count(*) FILTER (WHERE status <> 'completed' AND due_key BETWEEN ",
        );
        out.push_bind_param::<Timestamptz, _>(&self.now)?;
        out.push_sql(" AND ");
        out.push_bind_param::<Timestamptz, _>(&self.soon)?;
        out.push_sql("), count(*) FILTER (WHERE status <> 'completed' AND due_key < ");
        out.push_bind_param::<Timestamptz, _>(&self.now)?;
        out.push_sql(") FROM tasks WHERE assignee_id = ");
        out.push_bind_param::<SqlUuid, _>(&self.assignee)?;
        out.push_sql(" AND deleted_at IS NULL) AS counts LEFT JOIN (");
        self.first_open(&mut out, "todo")?;
        out.push_sql(" UNION ALL ");
        self.first_open(&mut out, "in-progress")?;
        out.push_sql(" ORDER BY due_key, id LIMIT 20) AS open ON TRUE ORDER BY open.due_key, open.id");
        Ok(())
    }
}

impl ReadSummary {
    fn first_open<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>, status: &'static str) -> QueryResult<()> {
        out.push_sql("(SELECT * FROM tasks WHERE assignee_id = ");
        out.push_bind_param::<SqlUuid, _>(&self.assignee)?;
        out.push_sql(" AND deleted_at IS NULL AND status = '");
        out.push_sql(status);
        out.push_sql("' ORDER BY due_key, id LIMIT 20)");
        Ok(())
    }
}

impl QueryId for ReadSummary {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl Query for ReadSummary {
    type SqlType = Row;
}

impl RunQueryDsl<PgConnection> for ReadSummary {}
