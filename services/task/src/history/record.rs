//! Writes history, in the transaction of the change itself.

use chrono::{DateTime, Utc};
use diesel::{
    PgConnection, QueryResult, RunQueryDsl as _,
    pg::Pg,
    query_builder::AstPass,
    sql_types::{Array, BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use service_kit::{push_columns, push_unnest, values::push_values};
use uuid::Uuid;

use super::entry::{Action, Entry};

service_kit::statement! {
    struct InsertEntries {
        ids: [Uuid] => Array<SqlUuid>,
        task_ids: [Uuid] => Array<SqlUuid>,
        versions: [i64] => Array<BigInt>,
        actions: [Action] => Array<Text>,
        fields: [Option<String>] => Array<Nullable<Text>>,
        from_values: [Option<String>] => Array<Nullable<Text>>,
        to_values: [Option<String>] => Array<Nullable<Text>>,
        actor_ids: [Option<Uuid>] => Array<Nullable<SqlUuid>>,
        actor_emails: [Option<String>] => Array<Nullable<Text>>,
        ats: [DateTime<Utc>] => Array<Timestamptz>,
        client_addresses: [Option<String>] => Array<Nullable<Text>>,
        request_ids: [Option<String>] => Array<Nullable<Text>>,
    }
    "INSERT INTO task_history (id, task_id, version, action, field, from_value, to_value, actor_id, actor_email, at, \
       client_address, request_id) SELECT * FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
}

/// A few rows that a statement writes together with the task that they tell of.
pub struct NewEntries(Vec<Entry>);

impl From<Vec<Entry>> for NewEntries {
    fn from(entries: Vec<Entry>) -> Self {
        Self(entries)
    }
}

impl NewEntries {
    /// True when there is nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Pushes the INSERT of these, which happens when the relation `source` has a row.
    ///
    /// # Errors
    /// The database's.
    pub fn push_insert<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>, source: &str) -> QueryResult<()> {
        out.push_sql(
            "INSERT INTO task_history (id, task_id, version, action, field, from_value, to_value, actor_id, \
             actor_email, at, client_address, request_id) SELECT entry.* FROM ",
        );
        out.push_sql(source);
        out.push_sql(", ");
        push_values(out, &self.0, |out, entry| {
            push_columns!(
                out,
                (&entry.id => SqlUuid),
                (&entry.task_id => SqlUuid),
                (&entry.version => BigInt),
                (&entry.action => Text),
                (&entry.field => Nullable<Text>),
                (&entry.from_value => Nullable<Text>),
                (&entry.to_value => Nullable<Text>),
                (&entry.actor_id => Nullable<SqlUuid>),
                (&entry.actor_email => Nullable<Text>),
                (&entry.at => Timestamptz),
                (&entry.client_address => Nullable<Text>),
                (&entry.request_id => Nullable<Text>),
            );
            Ok(())
        })?;
        out.push_sql(" AS entry");
        Ok(())
    }
}

/// Any number of rows, as columns.
#[derive(Default)]
pub struct EntryColumns {
    ids: Vec<Uuid>,
    task_ids: Vec<Uuid>,
    versions: Vec<i64>,
    actions: Vec<Action>,
    fields: Vec<Option<String>>,
    from_values: Vec<Option<String>>,
    to_values: Vec<Option<String>>,
    actor_ids: Vec<Option<Uuid>>,
    actor_emails: Vec<Option<String>>,
    ats: Vec<DateTime<Utc>>,
    client_addresses: Vec<Option<String>>,
    request_ids: Vec<Option<String>>,
}

impl From<Vec<Entry>> for EntryColumns {
    fn from(entries: Vec<Entry>) -> Self {
        let mut rows = Self::default();
        for entry in entries {
            rows.ids.push(entry.id);
            rows.task_ids.push(entry.task_id);
            rows.versions.push(entry.version);
            rows.actions.push(entry.action);
            rows.fields.push(entry.field);
            rows.from_values.push(entry.from_value);
            rows.to_values.push(entry.to_value);
            rows.actor_ids.push(entry.actor_id);
            rows.actor_emails.push(entry.actor_email);
            rows.ats.push(entry.at);
            rows.client_addresses.push(entry.client_address);
            rows.request_ids.push(entry.request_id);
        }
        rows
    }
}

impl EntryColumns {
    /// Pushes the INSERT of those whose task's id is in the relation `source`.
    ///
    /// # Errors
    /// The database's.
    pub fn push_insert<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>, source: &str) -> QueryResult<()> {
        out.push_sql(
            "INSERT INTO task_history (id, task_id, version, action, field, from_value, to_value, actor_id, \
             actor_email, at, client_address, request_id) SELECT * FROM ",
        );
        push_unnest!(
            out,
            (&self.ids => SqlUuid),
            (&self.task_ids => SqlUuid),
            (&self.versions => BigInt),
            (&self.actions => Text),
            (&self.fields => Nullable<Text>),
            (&self.from_values => Nullable<Text>),
            (&self.to_values => Nullable<Text>),
            (&self.actor_ids => Nullable<SqlUuid>),
            (&self.actor_emails => Nullable<Text>),
            (&self.ats => Timestamptz),
            (&self.client_addresses => Nullable<Text>),
            (&self.request_ids => Nullable<Text>),
        );
        out.push_sql(" AS entry (id, task_id) WHERE task_id IN (SELECT id FROM ");
        out.push_sql(source);
        out.push_sql(")");
        Ok(())
    }
}

/// Writes these rows; however many, in one statement that each connection keeps.
///
/// # Errors
/// The database's.
pub fn write(conn: &mut PgConnection, entries: Vec<Entry>) -> QueryResult<()> {
    if entries.is_empty() {
        return Ok(());
    }
    let rows = EntryColumns::from(entries);
    InsertEntries {
        ids: &rows.ids,
        task_ids: &rows.task_ids,
        versions: &rows.versions,
        actions: &rows.actions,
        fields: &rows.fields,
        from_values: &rows.from_values,
        to_values: &rows.to_values,
        actor_ids: &rows.actor_ids,
        actor_emails: &rows.actor_emails,
        ats: &rows.ats,
        client_addresses: &rows.client_addresses,
        request_ids: &rows.request_ids,
    }
    .execute(conn)
    .map(drop)
}
