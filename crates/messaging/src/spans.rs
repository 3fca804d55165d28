//! The spans of an event's way: one for sending it, one for handling it, each below the request that caused the event
//! (the envelope's `traceparent`). Both are done in batches, so they are told when they are over.

use std::time::SystemTime;

use events::Envelope;
use opentelemetry::{KeyValue, trace::SpanKind};
use serde::Deserialize;
use service_kit::trace::{Told, Tracer};

use crate::bus::{OutgoingMessage, PublishError};

/// The exchange's name, on either bus.
const EXCHANGE: &str = "docket.events";

#[derive(Deserialize)]
struct Head {
    traceparent: Option<String>,
}

/// The relay gave `messages` to the bus. What was held back was not sent.
pub(crate) fn sent(
    tracer: &Tracer,
    bus: &'static str,
    began: SystemTime,
    messages: &[OutgoingMessage],
    results: &[Result<(), PublishError>],
) {
    if !tracer.is_on() {
        return;
    }
    for (message, result) in messages.iter().zip(results) {
        if *result == Err(PublishError::HeldBack) {
            continue;
        }
        let head = serde_json::from_str::<Head>(&message.body).ok();
        tracer.record(|| Told {
            name: format!("send {EXCHANGE}"),
            kind: SpanKind::Producer,
            parent: head.as_ref().and_then(|head| head.traceparent.as_deref()),
            began,
            attributes: vec![
                KeyValue::new("messaging.system", bus),
                KeyValue::new("messaging.operation.type", "send"),
                KeyValue::new("messaging.destination.name", EXCHANGE),
                KeyValue::new("messaging.rabbitmq.destination.routing_key", message.routing_key.clone()),
                KeyValue::new("messaging.message.id", message.event_id.to_string()),
            ],
            failure: result.as_ref().err().map(ToString::to_string),
        });
    }
}

/// The consumer of `queue` dealt with `event`, or failed to.
pub(crate) fn handled(
    tracer: &Tracer,
    bus: &'static str,
    began: SystemTime,
    queue: &str,
    event: &Envelope,
    failure: Option<String>,
) {
    tracer.record(|| Told {
        name: format!("process {queue}"),
        kind: SpanKind::Consumer,
        parent: event.traceparent.as_deref(),
        began,
        attributes: vec![
            KeyValue::new("messaging.system", bus),
            KeyValue::new("messaging.operation.type", "process"),
            KeyValue::new("messaging.destination.name", queue.to_owned()),
            KeyValue::new("messaging.message.id", event.id.to_string()),
            KeyValue::new("cloudevents.event_type", event.kind.clone()),
        ],
        failure,
    });
}
