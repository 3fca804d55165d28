//! Writes history, in the transaction of the change itself.

use chrono::{DateTime, Utc};
use diesel::{
    PgConnection, QueryResult, RunQueryDsl as _, insert_into,
    sql_types::{Array, BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use uuid::Uuid;

use super::entry::{Action, Entry};
use crate::schema::task_history;

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

/// Writes these rows of one request; however many, in one statement that each connection keeps.
///
/// # Errors
/// The database's.
pub fn write(conn: &mut PgConnection, entries: Vec<Entry>) -> QueryResult<()> {
    match &entries[..] {
        [] => return Ok(()),
        [one] => return insert_into(task_history::table).values(one).execute(conn).map(drop),
        _ => {}
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
