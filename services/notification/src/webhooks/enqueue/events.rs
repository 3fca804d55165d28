//! Events of tasks and users, for the administrators' webhooks that hear of all.

use std::collections::BTreeSet;

use diesel::{
    PgConnection, QueryResult, RunQueryDsl as _,
    sql_types::{Array, Text, Uuid as SqlUuid},
};
use events::{Envelope, RoutingKey};
use uuid::Uuid;

use super::{Message, Payload, queue};

service_kit::statement! {
    /// An administrator who is one no more, or is disabled, hears nothing.
    struct Listening { kinds: [&'a str] => Array<Text> } -> (Text, SqlUuid);
    "SELECT k.kind, w.id FROM webhooks w JOIN directory_users u ON u.id = w.user_id \
     JOIN unnest(?) AS k (kind) ON w.event_types = '{}' OR k.kind = ANY (w.event_types) \
     WHERE w.scope = 'all' AND w.status = 'enabled' AND u.role = 'admin' AND u.is_active AND NOT u.deleted"
}

/// Queues `events` for whoever listens to all.
///
/// # Errors
/// The database's.
pub fn events(conn: &mut PgConnection, events: &[(RoutingKey, &Envelope)]) -> QueryResult<()> {
    let kinds: BTreeSet<&str> = events.iter().map(|(key, _)| key.as_str()).collect();
    let kinds: Vec<&str> = kinds.into_iter().collect();
    let listening: Vec<(String, Uuid)> = Listening { kinds: &kinds }.load(conn)?;
    let mut messages = Vec::new();
    for (key, event) in events {
        let kind = key.as_str();
        let hear = listening.iter().filter(|(wanted, _)| wanted == kind);
        let webhooks: Vec<Uuid> = hear.map(|(_, webhook)| *webhook).collect();
        if webhooks.is_empty() {
            continue;
        }
        let task = key.is_of_task().then_some(event.subject);
        let payload = Payload { r#type: kind, timestamp: event.time, data: &event.data }.text()?;
        messages.push(Message { webhooks, event_id: event.id, kind: kind.to_owned(), task, payload });
    }
    queue(conn, &messages).map(drop)
}
