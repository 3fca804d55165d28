//! What is told becomes deliveries, in the transaction of whatever it follows from: a batch in two statements. Where
//! nobody listens it costs one look at an index, and nothing is serialised.

mod events;
mod notifications;

use chrono::{DateTime, SubsecRound as _, Utc};
use diesel::{
    PgConnection, QueryResult, RunQueryDsl as _,
    sql_types::{Array, Nullable, Text, Uuid as SqlUuid},
};
use serde::Serialize;
use uuid::Uuid;

use super::event_type::EventType;

pub use self::{
    events::events,
    notifications::{Told, notifications},
};

service_kit::statement! {
    struct Queue {
        ids: [Uuid] => Array<SqlUuid>,
        webhooks: [Uuid] => Array<SqlUuid>,
        event_ids: [Uuid] => Array<SqlUuid>,
        kinds: [&'a str] => Array<Text>,
        tasks: [Option<Uuid>] => Array<Nullable<SqlUuid>>,
        payloads: [&'a str] => Array<Text>,
    }
    "INSERT INTO webhook_deliveries (id, webhook_id, event_id, type, task_id, payload) \
     SELECT * FROM unnest(?, ?, ?, ?, ?, ?) ON CONFLICT (webhook_id, event_id) DO NOTHING"
}

/// One event for the webhooks that are told of it.
struct Message {
    webhooks: Vec<Uuid>,
    event_id: Uuid,
    kind: String,
    task: Option<Uuid>,
    payload: String,
}

/// The body of a delivery, as the specification recommends it.
#[derive(Serialize)]
struct Payload<'a, T> {
    r#type: &'a str,
    timestamp: DateTime<Utc>,
    data: T,
}

impl<T: Serialize> Payload<'_, T> {
    fn text(&self) -> QueryResult<String> {
        serde_json::to_string(self).map_err(|error| diesel::result::Error::SerializationError(error.into()))
    }
}

/// Queues a test for one webhook, and answers with the delivery's id.
///
/// # Errors
/// The database's.
pub fn test(conn: &mut PgConnection, webhook: Uuid) -> QueryResult<Uuid> {
    let kind = EventType::Test.to_string();
    let data = serde_json::json!({"webhook": webhook, "message": "This is what a delivery looks like."});
    let payload = Payload { r#type: &kind, timestamp: now(), data }.text()?;
    let message = Message { webhooks: vec![webhook], event_id: Uuid::now_v7(), kind, task: None, payload };
    let ids = queue(conn, &[message])?;
    ids.first().copied().ok_or(diesel::result::Error::NotFound)
}

fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}

/// Writes the deliveries; answers with their ids. What is there already stays as it is.
fn queue(conn: &mut PgConnection, messages: &[Message]) -> QueryResult<Vec<Uuid>> {
    let mut rows: Vec<(Uuid, &Message)> = Vec::new();
    for message in messages {
        rows.extend(message.webhooks.iter().map(|webhook| (*webhook, message)));
    }
    let ids: Vec<Uuid> = rows.iter().map(|_| Uuid::now_v7()).collect();
    if !rows.is_empty() {
        Queue {
            ids: &ids,
            webhooks: &each(&rows, |(webhook, _)| *webhook),
            event_ids: &each(&rows, |(_, message)| message.event_id),
            kinds: &each(&rows, |(_, message)| message.kind.as_str()),
            tasks: &each(&rows, |(_, message)| message.task),
            payloads: &each(&rows, |(_, message)| message.payload.as_str()),
        }
        .execute(conn)?;
    }
    Ok(ids)
}

fn each<'a, T>(rows: &[(Uuid, &'a Message)], of: impl Fn(&(Uuid, &'a Message)) -> T) -> Vec<T> {
    rows.iter().map(of).collect()
}
