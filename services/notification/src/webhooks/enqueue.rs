//! What is told becomes deliveries, in the transaction of whatever it follows from. Where nobody listens this costs one
//! look at an index, and nothing is serialised.

use chrono::{DateTime, SubsecRound as _, Utc};
use diesel::{
    ExpressionMethods as _, PgConnection, QueryResult, RunQueryDsl as _, insert_into,
    sql_types::{Text, Uuid as SqlUuid},
};
use events::Envelope;
use serde::Serialize;
use uuid::Uuid;

use super::event_type::EventType;
use crate::{
    notifications::{kind::Kind, telling::News},
    schema::webhook_deliveries as d,
};

service_kit::statement! {
    struct Listening { kind: str => Text } -> SqlUuid;
    "SELECT w.id FROM webhooks w JOIN directory_users u ON u.id = w.user_id WHERE w.scope = 'all' \
     AND w.status = 'enabled' AND u.role = 'admin' AND u.is_active AND NOT u.deleted \
     AND (w.event_types = '{}' OR ? = ANY (w.event_types))"
}

service_kit::statement! {
    struct Own { user: Uuid => SqlUuid, kind: str => Text } -> SqlUuid;
    "SELECT id FROM webhooks WHERE scope = 'own' AND user_id = ? AND status = 'enabled' \
     AND (event_types = '{}' OR ? = ANY (event_types))"
}

/// The body of a delivery, as the specification recommends it.
#[derive(Serialize)]
struct Payload<'a, T> {
    r#type: &'a str,
    timestamp: DateTime<Utc>,
    data: T,
}

/// What is told of a notification: what its recipient sees in the list, but for what may change later.
#[derive(Serialize)]
struct Notification<'a> {
    id: Option<Uuid>,
    user: Uuid,
    task: Uuid,
    task_title: &'a str,
    r#type: Kind,
    message: &'a str,
    actor: Option<&'a str>,
}

/// Queues an event for the administrators' webhooks that listen to all.
///
/// # Errors
/// The database's.
pub fn event(conn: &mut PgConnection, event: &Envelope) -> QueryResult<()> {
    let Some(key) = event.routing_key() else { return Ok(()) };
    let kind = key.as_str();
    let webhooks: Vec<Uuid> = Listening { kind }.load(conn)?;
    if webhooks.is_empty() {
        return Ok(());
    }
    let task = kind.starts_with("task.").then_some(event.subject);
    let payload = Payload { r#type: kind, timestamp: event.time, data: &event.data };
    queue(conn, &webhooks, event.id, kind, task, &payload)
}

/// Queues what somebody is told for their own webhooks; `id` is that of the notification in their list, if it is there.
///
/// # Errors
/// The database's.
pub fn notification(
    conn: &mut PgConnection,
    news: &News<'_>,
    id: Option<Uuid>,
    message: &str,
) -> QueryResult<()> {
    let (user, kind) = (news.recipient.user, EventType::Notification(news.recipient.kind).to_string());
    let webhooks: Vec<Uuid> = Own { user: &user, kind: &kind }.load(conn)?;
    if webhooks.is_empty() {
        return Ok(());
    }
    let data = Notification {
        id,
        user,
        task: news.task_id,
        task_title: news.facts.title,
        r#type: news.recipient.kind,
        message,
        actor: news.facts.actor,
    };
    let payload = Payload { r#type: &kind, timestamp: now(), data };
    queue(conn, &webhooks, news.event_id, &kind, Some(news.task_id), &payload)
}

/// Queues a test for one webhook, and answers with the delivery's id.
///
/// # Errors
/// The database's.
pub fn test(conn: &mut PgConnection, webhook: Uuid) -> QueryResult<Uuid> {
    let (event_id, kind) = (Uuid::now_v7(), EventType::Test.to_string());
    let data = serde_json::json!({"webhook": webhook, "message": "This is what a delivery looks like."});
    let payload = Payload { r#type: &kind, timestamp: now(), data };
    queue(conn, &[webhook], event_id, &kind, None, &payload)?;
    diesel::QueryDsl::select(diesel::QueryDsl::filter(d::table, d::event_id.eq(event_id)), d::id).first(conn)
}

fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}

fn queue(
    conn: &mut PgConnection,
    webhooks: &[Uuid],
    event_id: Uuid,
    kind: &str,
    task: Option<Uuid>,
    payload: &impl Serialize,
) -> QueryResult<()> {
    let payload = serde_json::to_string(payload)
        .map_err(|error| diesel::result::Error::SerializationError(error.into()))?;
    let row = |webhook: &Uuid| {
        let event = (d::webhook_id.eq(*webhook), d::event_id.eq(event_id), d::kind.eq(kind));
        (d::id.eq(Uuid::now_v7()), event, d::task_id.eq(task), d::payload.eq(&payload))
    };
    let rows: Vec<_> = webhooks.iter().map(row).collect();
    insert_into(d::table)
        .values(rows)
        .on_conflict((d::webhook_id, d::event_id))
        .do_nothing()
        .execute(conn)
        .map(drop)
}
