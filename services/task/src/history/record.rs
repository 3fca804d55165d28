//! Writes history, in the transaction of the change itself.

use chrono::{DateTime, Utc};
use diesel::{
    PgConnection, QueryResult, RunQueryDsl as _,
    pg::Pg,
    query_builder::AstPass,
    sql_types::{Array, BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use service_kit::{push_columns, values::push_values};
use uuid::Uuid;

use super::entry::{Action, Entry};

service_kit::statement! {
    struct InsertEntries {
        client_address: Option<String> => Nullable<Text>,
        request_id: Option<String> => Nullable<Text>,
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
    }
    "INSERT INTO task_history (client_address, request_id, \
       id, task_id, version, action, field, from_value, to_value, actor_id, actor_email, at) \
     SELECT ?, ?, entries.* FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?) AS entries"
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

/// Writes these rows of one request; however many, in one statement that each connection keeps.
///
/// # Errors
/// The database's.
pub fn write(conn: &mut PgConnection, entries: Vec<Entry>) -> QueryResult<()> {
    if entries.is_empty() {
        return Ok(());
    }
    let mut rows = Columns::default();
    for entry in entries {
        (rows.client_address, rows.request_id) = (entry.client_address, entry.request_id);
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
    }
    InsertEntries {
        client_address: &rows.client_address,
        request_id: &rows.request_id,
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
    }
    .execute(conn)
    .map(drop)
}

#[derive(Default)]
struct Columns {
    client_address: Option<String>,
    request_id: Option<String>,
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
}
