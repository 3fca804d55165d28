//! What this service's document says beyond the handlers' signatures.

use serde_json::{Value, json};
use service_kit::openapi::Document;

use crate::{
    deliveries::model::{Channel, Status},
    feeds::{model::FeedKind, secret},
    language::Language,
    preferences::model::{Digest, Weekday},
    reminders::limits::{LONGEST_LEAD_MINUTES, MOST_LEADS, SHORTEST_LEAD_MINUTES},
    webhooks::model::{Reason, Scope, Switch},
};

/// Errors that operations can answer and their signatures do not tell.
const ANSWERS: [(&str, &[u16]); 0] = [];

/// Adds what the views' types do not tell, and the stream's content type.
#[must_use]
pub fn document(mut spec: Value) -> Document {
    if let Some(answer) = spec.pointer_mut("/paths/~1api~1notifications~1stream/get/responses/200") {
        // OpenAPI 3.0 has no schema for the events of a stream; that of the whole would be one of each to some readers.
        answer["content"] = json!({"text/event-stream": {
            "example": "event: unread\ndata: {\"unread\": 1}\n\n",
        }});
    }
    for (path, content_type) in
        [("tasks.ics", "text/calendar"), ("notifications.atom", "application/atom+xml")]
    {
        let at = format!("/paths/~1api~1notifications~1feeds~1{{secret}}~1{path}/get/responses/200");
        if let Some(answer) = spec.pointer_mut(&at) {
            answer["content"] = json!({content_type: {"schema": {"type": "string"}}});
        }
    }
    for method in ["get", "post"] {
        let pointer = format!("/paths/~1api~1notifications~1unsubscribe/{method}/responses/200");
        if let Some(answer) = spec.pointer_mut(&pointer) {
            answer["content"] = json!({"text/html": {"schema": {"type": "string"}}});
        }
    }
    let lead = json!({"minimum": SHORTEST_LEAD_MINUTES, "maximum": LONGEST_LEAD_MINUTES, "example": 1440});
    let count = json!({"minimum": 0});
    let hour = json!({"minimum": 0, "maximum": 23, "example": 8});
    let first = json!({"maxItems": 20});
    let (channel, status) = (words(Channel::WORDS), words(Status::WORDS));
    Document::from_paperclip(spec)
        .may_answer(&ANSWERS)
        .constrain(&[
            ("UnreadCountView", "unread", count.clone()),
            ("UpdatedCountView", "updated", count.clone()),
            ("NotificationGroupView", "total", json!({"minimum": 1})),
            ("NotificationGroupView", "unread", count.clone()),
            ("DashboardView", "tasks", first.clone()),
            ("DashboardView", "notifications", first),
            ("DashboardView", "unread_notifications_count", count.clone()),
            ("DashboardView", "tasks_due_soon_count", count.clone()),
            ("DashboardView", "tasks_overdue_count", count),
            ("PreferencesView", "remind_before_minutes", lead),
            ("PreferencesView", "digest_hour", hour),
            ("PreferencesView", "remind_again_before_minutes", json!({"maxItems": MOST_LEADS - 1})),
            ("PreferencesView", "digest", words(Digest::WORDS)),
            ("PreferencesView", "digest_weekday", words(Weekday::WORDS)),
            ("PreferencesView", "language", words(Language::WORDS)),
            ("DeliveryView", "channel", channel),
            ("DeliveryView", "status", status),
            ("DeliveryView", "attempts", json!({"minimum": 0})),
        ])
        .constrain(&[
            ("FeedView", "kind", words(FeedKind::WORDS)),
            ("FeedWithUrlView", "kind", words(FeedKind::WORDS)),
            ("FeedWithUrlView", "url", json!({"format": "uri"})),
            ("WebhookView", "url", json!({"format": "uri"})),
            ("WebhookView", "scope", words(Scope::WORDS)),
            ("WebhookView", "status", words(Switch::WORDS)),
            ("WebhookView", "disabled_reason", words(Reason::WORDS)),
            ("WebhookWithSecretView", "url", json!({"format": "uri"})),
            ("WebhookWithSecretView", "scope", words(Scope::WORDS)),
            ("WebhookWithSecretView", "status", words(Switch::WORDS)),
            ("WebhookWithSecretView", "secret", json!({"pattern": "^whsec_[A-Za-z0-9+/]+=*$"})),
            ("WebhookDeliveryView", "status", words(Status::WORDS)),
            ("WebhookDeliveryView", "attempts", json!({"minimum": 0})),
        ])
        .constrain_parameters(&[(
            "secret",
            json!({
                "format": "password", "pattern": "^[A-Za-z0-9_-]+$",
                "minLength": secret::LENGTH, "maxLength": secret::LENGTH,
            }),
        )])
}

fn words(words: &[&str]) -> Value {
    json!({"enum": words})
}

#[cfg(test)]
mod tests {
    use crate::openapi_document;

    #[test]
    fn the_stream_is_documented_as_one() {
        let document = openapi_document();
        let stream = &document.as_json()["paths"]["/api/notifications/stream/"]["get"];
        assert!(stream["responses"]["200"]["content"]["text/event-stream"].is_object(), "{stream}");
        assert!(stream.to_string().contains("Last-Event-ID"));
    }
}
