//! One task, its history and its events, in one statement: one trip, and a transaction of its own where there is none.

use diesel::{
    PgConnection, QueryResult, RunQueryDsl,
    pg::Pg,
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::{BigInt, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid},
};
use messaging::outbox::{NewEvents, WAKE_RELAY};
use service_kit::push_columns;

use super::is_progress;
use crate::{
    history::record::NewEntries,
    tasks::{decisions::Decision, model::Task},
};

/// Writes what was decided, unless the task is not what it was when that was decided any more (a new one: if it is there
/// already). Tells whether it was written.
///
/// # Errors
/// The database's.
pub fn put(conn: &mut PgConnection, decision: Decision) -> QueryResult<Option<Task>> {
    let Decision { before, after, history, events } = decision;
    let history = NewEntries::from(history);
    let events = NewEvents::of(&events)?;
    let write = Write { before: before.as_ref(), after: &after, history: &history, events: &events };
    let written = write.execute(conn)?;
    failpoints::fail_point!("outbox::appended");
    Ok((written > 0).then_some(after))
}

struct Write<'a> {
    before: Option<&'a Task>,
    after: &'a Task,
    history: &'a NewEntries,
    events: &'a NewEvents,
}

/// Its text depends on how many rows of history and events there are: it is kept by its text.
impl QueryId for Write<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl RunQueryDsl<PgConnection> for Write<'_> {}

impl QueryFragment<Pg> for Write<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("WITH task AS (");
        match self.before {
            None => insert(&mut out, self.after)?,
            Some(before) if is_progress(before, self.after) => progress(&mut out, before, self.after)?,
            Some(before) => whole(&mut out, before, self.after)?,
        }
        out.push_sql(" RETURNING id)");
        if !self.history.is_empty() {
            out.push_sql(", history AS (");
            self.history.push_insert(&mut out, "task")?;
            out.push_sql(")");
        }
        if !self.events.is_empty() {
            out.push_sql(", news AS (");
            self.events.push_insert(&mut out, "task")?;
            out.push_sql(")");
        }
        out.push_sql(" SELECT ");
        out.push_sql(WAKE_RELAY);
        out.push_sql(" FROM task");
        Ok(())
    }
}

fn insert<'b>(out: &mut AstPass<'_, 'b, Pg>, task: &'b Task) -> QueryResult<()> {
    out.push_sql(
        "INSERT INTO tasks (id, title, description, status, priority, due_date, assignee_id, assignee_email, \
         created_by, version, created_at, updated_at, completed_at, deleted_at) VALUES (",
    );
    push_columns!(
        out,
        (&task.id => SqlUuid),
        (&task.title => Text),
        (&task.description => Text),
        (&task.status => Text),
        (&task.priority => SmallInt),
        (&task.due_date => Nullable<Timestamptz>),
        (&task.assignee_id => Nullable<SqlUuid>),
        (&task.assignee_email => Nullable<Text>),
        (&task.created_by => SqlUuid),
        (&task.version => BigInt),
        (&task.created_at => Timestamptz),
        (&task.updated_at => Timestamptz),
        (&task.completed_at => Nullable<Timestamptz>),
        (&task.deleted_at => Nullable<Timestamptz>),
    );
    out.push_sql(") ON CONFLICT (id) DO NOTHING");
    Ok(())
}

/// Names no column that another one is generated from, so that Postgres generates none anew.
fn progress<'b>(out: &mut AstPass<'_, 'b, Pg>, before: &'b Task, after: &'b Task) -> QueryResult<()> {
    out.push_sql("UPDATE tasks SET (status, completed_at, deleted_at, version, updated_at) = ROW (");
    push_columns!(
        out,
        (&after.status => Text),
        (&after.completed_at => Nullable<Timestamptz>),
        (&after.deleted_at => Nullable<Timestamptz>),
        (&after.version => BigInt),
        (&after.updated_at => Timestamptz),
    );
    as_it_was(out, before)
}

/// Everything that a write may touch.
fn whole<'b>(out: &mut AstPass<'_, 'b, Pg>, before: &'b Task, after: &'b Task) -> QueryResult<()> {
    out.push_sql(
        "UPDATE tasks SET (title, description, status, priority, due_date, assignee_id, assignee_email, completed_at, \
         deleted_at, version, updated_at) = ROW (",
    );
    push_columns!(
        out,
        (&after.title => Text),
        (&after.description => Text),
        (&after.status => Text),
        (&after.priority => SmallInt),
        (&after.due_date => Nullable<Timestamptz>),
        (&after.assignee_id => Nullable<SqlUuid>),
        (&after.assignee_email => Nullable<Text>),
        (&after.completed_at => Nullable<Timestamptz>),
        (&after.deleted_at => Nullable<Timestamptz>),
        (&after.version => BigInt),
        (&after.updated_at => Timestamptz),
    );
    as_it_was(out, before)
}

fn as_it_was<'b>(out: &mut AstPass<'_, 'b, Pg>, before: &'b Task) -> QueryResult<()> {
    out.push_sql(") WHERE id = ");
    out.push_bind_param::<SqlUuid, _>(&before.id)?;
    out.push_sql(" AND version = ");
    out.push_bind_param::<BigInt, _>(&before.version)
}
