//! Several tasks, their history and their events, in one statement: one trip, and a transaction of its own.

use diesel::{
    PgConnection, QueryResult, RunQueryDsl,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{BigInt, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid},
};
use events::Envelope;
use messaging::outbox::{EventColumns, WAKE_RELAY};
use service_kit::push_unnest;
use uuid::Uuid;

use super::{columns::Columns, is_progress};
use crate::{
    history::{entry::Entry, record::EntryColumns},
    tasks::model::Task,
};

/// Tasks of several requests, each with its history and its events: these are written if it is.
pub struct Group {
    new: Columns,
    moved: Changed,
    changed: Changed,
    history: EntryColumns,
    events: EventColumns,
}

/// Tasks that there are already.
#[derive(Default)]
struct Changed {
    after: Columns,
    versions_before: Vec<i64>,
}

impl Changed {
    fn push(&mut self, before: &Task, after: Task) {
        self.versions_before.push(before.version);
        self.after.push(after);
    }
}

impl Group {
    /// These tasks, each as it was (`None` for a new one) and as it is to be, in the order of their ids and none of them twice.
    ///
    /// # Errors
    /// `SerializationError` for an event whose type has no routing key.
    pub fn of(
        writes: impl IntoIterator<Item = (Option<Task>, Task)>,
        history: Vec<Entry>,
        events: &[Envelope],
    ) -> QueryResult<Self> {
        let (mut new, mut moved, mut changed) = (Columns::default(), Changed::default(), Changed::default());
        for (before, after) in writes {
            match before {
                None => new.push(after),
                Some(before) if is_progress(&before, &after) => moved.push(&before, after),
                Some(before) => changed.push(&before, after),
            }
        }
        Ok(Self { new, moved, changed, history: history.into(), events: EventColumns::of(events)? })
    }

    /// Writes each of them that is what it was when that was decided (a new one: that is not there), and that nobody else has
    /// locked; tells which.
    ///
    /// # Errors
    /// The database's.
    pub fn put(&self, conn: &mut PgConnection) -> QueryResult<Vec<Uuid>> {
        if self.new.ids.is_empty() && self.moved.after.ids.is_empty() && self.changed.after.ids.is_empty() {
            return Ok(Vec::new());
        }
        let written: Vec<(Uuid, Option<String>)> = Statement(self).load(conn)?;
        failpoints::fail_point!("outbox::appended");
        Ok(written.into_iter().map(|(id, _)| id).collect())
    }
}

struct Statement<'a>(&'a Group);

/// Its text depends on what kinds of writes there are: it is kept by its text.
impl QueryId for Statement<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Statement<'_> {
    type SqlType = (SqlUuid, Nullable<Text>);
}

impl RunQueryDsl<PgConnection> for Statement<'_> {}

impl QueryFragment<Pg> for Statement<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let Group { new, moved, changed, history, events } = self.0;
        out.push_sql("WITH ");
        let mut kinds = Vec::new();
        if !new.ids.is_empty() {
            out.push_sql("new AS (");
            insert(&mut out, new)?;
            out.push_sql(" RETURNING id), ");
            kinds.push("new");
        }
        if !moved.after.ids.is_empty() {
            out.push_sql("moved AS (");
            progress(&mut out, moved)?;
            out.push_sql(" RETURNING tasks.id), ");
            kinds.push("moved");
        }
        if !changed.after.ids.is_empty() {
            out.push_sql("changed AS (");
            whole(&mut out, changed)?;
            out.push_sql(" RETURNING tasks.id), ");
            kinds.push("changed");
        }
        out.push_sql("task AS (SELECT id FROM ");
        out.push_sql(&kinds.join(" UNION ALL SELECT id FROM "));
        out.push_sql("), history AS (");
        history.push_insert(&mut out, "task")?;
        out.push_sql("), news AS (");
        events.push_insert(&mut out, "task")?;
        out.push_sql(") SELECT id, (SELECT ");
        out.push_sql(WAKE_RELAY);
        out.push_sql(") FROM task");
        Ok(())
    }
}

fn insert<'b>(out: &mut AstPass<'_, 'b, Pg>, tasks: &'b Columns) -> QueryResult<()> {
    out.push_sql(
        "INSERT INTO tasks (id, title, description, status, priority, due_date, assignee_id, assignee_email, \
         created_by, version, created_at, updated_at, completed_at, deleted_at) SELECT * FROM ",
    );
    push_unnest!(
        out,
        (&tasks.ids => SqlUuid),
        (&tasks.titles => Text),
        (&tasks.descriptions => Text),
        (&tasks.statuses => Text),
        (&tasks.priorities => SmallInt),
        (&tasks.due_dates => Nullable<Timestamptz>),
        (&tasks.assignee_ids => Nullable<SqlUuid>),
        (&tasks.assignee_emails => Nullable<Text>),
        (&tasks.created_bys => SqlUuid),
        (&tasks.versions => BigInt),
        (&tasks.created_ats => Timestamptz),
        (&tasks.updated_ats => Timestamptz),
        (&tasks.completed_ats => Nullable<Timestamptz>),
        (&tasks.deleted_ats => Nullable<Timestamptz>),
    );
    out.push_sql(" ON CONFLICT (id) DO NOTHING");
    Ok(())
}

/// Names no column that another one is generated from, so that Postgres generates none anew.
fn progress<'b>(
    out: &mut AstPass<'_, 'b, Pg>,
    Changed { after, versions_before }: &'b Changed,
) -> QueryResult<()> {
    out.push_sql(
        "UPDATE tasks SET status = new.status, completed_at = new.completed_at, deleted_at = new.deleted_at, \
         version = new.version, updated_at = new.updated_at FROM ",
    );
    push_unnest!(
        out,
        (&after.ids => SqlUuid),
        (versions_before => BigInt),
        (&after.statuses => Text),
        (&after.completed_ats => Nullable<Timestamptz>),
        (&after.deleted_ats => Nullable<Timestamptz>),
        (&after.versions => BigInt),
        (&after.updated_ats => Timestamptz),
    );
    out.push_sql(" AS new (id, before, status, completed_at, deleted_at, version, updated_at), ");
    free(out, after)
}

/// Everything that a write may touch.
fn whole<'b>(
    out: &mut AstPass<'_, 'b, Pg>,
    Changed { after, versions_before }: &'b Changed,
) -> QueryResult<()> {
    out.push_sql(
        "UPDATE tasks SET title = new.title, description = new.description, status = new.status, \
         priority = new.priority, due_date = new.due_date, assignee_id = new.assignee_id, \
         assignee_email = new.assignee_email, completed_at = new.completed_at, deleted_at = new.deleted_at, \
         version = new.version, updated_at = new.updated_at FROM ",
    );
    push_unnest!(
        out,
        (&after.ids => SqlUuid),
        (versions_before => BigInt),
        (&after.titles => Text),
        (&after.descriptions => Text),
        (&after.statuses => Text),
        (&after.priorities => SmallInt),
        (&after.due_dates => Nullable<Timestamptz>),
        (&after.assignee_ids => Nullable<SqlUuid>),
        (&after.assignee_emails => Nullable<Text>),
        (&after.completed_ats => Nullable<Timestamptz>),
        (&after.deleted_ats => Nullable<Timestamptz>),
        (&after.versions => BigInt),
        (&after.updated_ats => Timestamptz),
    );
    out.push_sql(
        " AS new (id, before, title, description, status, priority, due_date, assignee_id, assignee_email, \
         completed_at, deleted_at, version, updated_at), ",
    );
    free(out, after)
}

/// Those that nobody else has locked, locked in the order of their ids: whoever waited for one would hold up those who want the
/// others, and two groups might wait for each other.
fn free<'b>(out: &mut AstPass<'_, 'b, Pg>, tasks: &'b Columns) -> QueryResult<()> {
    out.push_sql("(SELECT id FROM tasks WHERE id = ANY ((SELECT ");
    out.push_bind_param::<diesel::sql_types::Array<SqlUuid>, _>(&tasks.ids)?;
    out.push_sql(
        ")::uuid[]) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED) AS free \
         WHERE tasks.id = free.id AND new.id = free.id AND tasks.version = new.before",
    );
    Ok(())
}
