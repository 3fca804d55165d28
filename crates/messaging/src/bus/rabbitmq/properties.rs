//! What a message says about itself beside its body.

use chrono::{DateTime, Utc};
use lapin::{
    BasicProperties,
    types::{AMQPValue, FieldTable},
};
use serde::Deserialize;
use uuid::Uuid;

use crate::bus::OutgoingMessage;

const PERSISTENT: u8 = 2;
/// Why a message is among the dead letters.
const REASON: &str = "x-docket-reason";
/// Its routing key before it was moved: between queues it travels under the queue's name.
const ROUTING_KEY: &str = "x-docket-routing-key";
/// Unix milliseconds.
const DIED_AT: &str = "x-docket-died-at";

/// The parts of the envelope that AMQP has a place for.
#[derive(Deserialize)]
struct Head {
    #[serde(rename = "type")]
    kind: String,
    traceparent: Option<String>,
}

/// Properties of an event that is published.
pub(super) fn of_event(message: &OutgoingMessage) -> BasicProperties {
    let mut properties = BasicProperties::default()
        .with_delivery_mode(PERSISTENT)
        .with_message_id(message.event_id.to_string().into())
        .with_content_type(events::envelope::CONTENT_TYPE.into())
        .with_timestamp(message.created_at.timestamp().unsigned_abs());
    if let Ok(head) = serde_json::from_str::<Head>(&message.body) {
        if head.kind.len() <= usize::from(u8::MAX) {
            properties = properties.with_type(head.kind.into());
        }
        if let Some(traceparent) = head.traceparent {
            let mut headers = FieldTable::default();
            headers.insert("traceparent".into(), text(&traceparent));
            properties = properties.with_headers(headers);
        }
    }
    properties
}

/// Properties of a message on its way to the dead letters.
pub(super) fn of_dead_letter(
    properties: BasicProperties,
    routing_key: &str,
    reason: &str,
) -> BasicProperties {
    let mut headers = kept_headers(&properties);
    headers.insert(REASON.into(), text(reason));
    headers.insert(ROUTING_KEY.into(), text(routing_key));
    headers.insert(DIED_AT.into(), AMQPValue::LongLongInt(Utc::now().timestamp_millis()));
    properties.with_headers(headers).with_delivery_mode(PERSISTENT)
}

/// Properties of a dead letter on its way back: as it was, but for the routing key that it keeps in a header.
pub(super) fn of_redriven(properties: BasicProperties) -> BasicProperties {
    let key = original_routing_key(&properties);
    let mut headers = kept_headers(&properties);
    if let Some(key) = key {
        headers.insert(ROUTING_KEY.into(), text(&key));
    }
    properties.with_headers(headers).with_delivery_mode(PERSISTENT)
}

/// The headers without what the broker and we say about dying.
fn kept_headers(properties: &BasicProperties) -> FieldTable {
    let mut kept = FieldTable::default();
    for (name, value) in properties.headers().iter().flatten() {
        if !name.as_str().starts_with("x-") {
            kept.insert(name.clone(), value.clone());
        }
    }
    kept
}

/// The event's id.
pub(super) fn event_id(properties: &BasicProperties) -> Option<Uuid> {
    properties.message_id().as_ref()?.as_str().parse().ok()
}

/// The key that the event was published under, if the message has been moved since.
pub(super) fn original_routing_key(properties: &BasicProperties) -> Option<String> {
    header(properties, ROUTING_KEY).and_then(as_text).or_else(|| {
        let keys = first_death(properties)?.inner().get("routing-keys")?.as_array()?;
        keys.as_slice().first().and_then(as_text)
    })
}

/// Why it is a dead letter: our reason, else the broker's.
pub(super) fn reason(properties: &BasicProperties) -> String {
    if let Some(reason) = header(properties, REASON).and_then(as_text) {
        return reason;
    }
    match header(properties, "x-first-death-reason").and_then(as_text).as_deref() {
        Some("delivery_limit") => "delivery limit reached: no consumer came to an end with it".to_owned(),
        Some(other) => format!("{other} (by the broker)"),
        None => "unknown".to_owned(),
    }
}

/// When it became a dead letter.
pub(super) fn died_at(properties: &BasicProperties) -> Option<DateTime<Utc>> {
    if let Some(AMQPValue::LongLongInt(at)) = header(properties, DIED_AT) {
        return DateTime::from_timestamp_millis(*at);
    }
    let seconds = first_death(properties)?.inner().get("time")?.as_timestamp()?;
    DateTime::from_timestamp(i64::try_from(seconds).ok()?, 0)
}

fn first_death(properties: &BasicProperties) -> Option<&FieldTable> {
    header(properties, "x-death")?.as_array()?.as_slice().first()?.as_field_table()
}

fn header<'a>(properties: &'a BasicProperties, name: &str) -> Option<&'a AMQPValue> {
    properties.headers().as_ref()?.inner().get(name)
}

fn text(value: &str) -> AMQPValue {
    AMQPValue::LongString(value.into())
}

fn as_text(value: &AMQPValue) -> Option<String> {
    match value {
        AMQPValue::LongString(text) => Some(String::from_utf8_lossy(text.as_bytes()).into_owned()),
        AMQPValue::ShortString(text) => Some(text.as_str().to_owned()),
        _ => None,
    }
}
