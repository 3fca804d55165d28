//! What people are told, for their own webhooks.

use std::collections::HashMap;

use diesel::{
    PgConnection, QueryResult, RunQueryDsl as _,
    sql_types::{Array, BigInt, Text, Uuid as SqlUuid},
};
use serde::Serialize;
use uuid::Uuid;

use super::{Message, Payload, now, queue};
use crate::{
    notifications::{kind::Kind, telling::Notice},
    webhooks::event_type::EventType,
};

service_kit::statement! {
    struct Own { users: [Uuid] => Array<SqlUuid>, kinds: [String] => Array<Text> } -> (BigInt, SqlUuid);
    "SELECT n.place, w.id FROM unnest(?, ?) WITH ORDINALITY AS n (user_id, kind, place) \
     JOIN webhooks w ON w.user_id = n.user_id AND (w.event_types = '{}' OR n.kind = ANY (w.event_types)) \
     WHERE w.scope = 'own' AND w.status = 'enabled' ORDER BY n.place, w.id"
}

/// Something that somebody is told, and wants to be told there.
pub struct Told<'a> {
    /// What.
    pub notice: &'a Notice<'a>,
    /// The notification in their list, if it is there.
    pub id: Option<Uuid>,
    /// The sentence.
    pub message: &'a str,
}

/// What is told of a notification: what its recipient sees in the list, but for what may change later.
#[derive(Serialize)]
struct Notification<'a> {
    id: Option<Uuid>,
    user: Uuid,
    task: Option<Uuid>,
    task_title: Option<&'a str>,
    r#type: Kind,
    message: &'a str,
    actor: Option<&'a str>,
}

/// Queues what people are told for their own webhooks.
///
/// # Errors
/// The database's.
pub fn notifications(conn: &mut PgConnection, told: &[Told<'_>]) -> QueryResult<()> {
    if told.is_empty() {
        return Ok(());
    }
    let users: Vec<Uuid> = told.iter().map(|one| one.notice.recipient.user).collect();
    let kinds: Vec<String> = told.iter().map(kind).collect();
    let mut webhooks: HashMap<i64, Vec<Uuid>> = HashMap::new();
    for (place, webhook) in (Own { users: &users, kinds: &kinds }).load::<(i64, Uuid)>(conn)? {
        webhooks.entry(place).or_default().push(webhook);
    }
    let mut messages = Vec::with_capacity(webhooks.len());
    for ((place, told), kind) in (1..).zip(told).zip(kinds) {
        if let Some(webhooks) = webhooks.remove(&place) {
            messages.push(message(told, kind, webhooks)?);
        }
    }
    queue(conn, &messages).map(drop)
}

fn kind(told: &Told<'_>) -> String {
    EventType::Notification(told.notice.recipient.kind).to_string()
}

fn message(told: &Told<'_>, kind: String, webhooks: Vec<Uuid>) -> QueryResult<Message> {
    let notice = told.notice;
    let data = Notification {
        id: told.id,
        user: notice.recipient.user,
        task: notice.task_id,
        task_title: notice.task_title(),
        r#type: notice.recipient.kind,
        message: told.message,
        actor: notice.facts.actor,
    };
    let payload = Payload { r#type: &kind, timestamp: now(), data }.text()?;
    Ok(Message { webhooks, event_id: notice.event_id, kind, task: notice.task_id, payload })
}
