//! What this service's document says beyond the handlers' signatures.

use serde_json::{Value, json};
use service_kit::openapi::Document;

use crate::reminders::limits::{LONGEST_LEAD_MINUTES, SHORTEST_LEAD_MINUTES};

/// Adds formats, bounds and the stream's content type to what paperclip derived.
#[must_use]
pub fn document(mut spec: Value) -> Document {
    if let Some(answer) = spec.pointer_mut("/paths/~1api~1notifications~1stream/get/responses/200") {
        answer["content"] = json!({"text/event-stream": {
            "schema": {"type": "string"},
            "example": "event: unread\ndata: {\"unread\": 1}\n\n",
        }});
    }
    // Where `If-Match` is taken and the path has no id.
    if let Some(answers) = spec.pointer_mut("/paths/~1api~1notifications~1preferences/put/responses") {
        answers["412"] = json!({"$ref": "#/components/responses/Problem"});
    }
    let count = json!({"minimum": 0});
    let lead = json!({"minimum": SHORTEST_LEAD_MINUTES, "maximum": LONGEST_LEAD_MINUTES, "example": 1440});
    let hour = json!({"minimum": 0, "maximum": 23, "example": 8});
    let first = json!({"maxItems": 20});
    let channel = json!({"enum": ["email", "webhook"]});
    let status = json!({"enum": ["queued", "sent", "failed", "skipped"]});
    Document::from_paperclip(spec)
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
            ("PreferencesView", "remind_before_minutes", lead.clone()),
            ("PreferencesView", "digest_hour", hour.clone()),
            ("PutPreferencesRequest", "remind_before_minutes", lead),
            ("PutPreferencesRequest", "digest_hour", hour),
            ("DeliveryView", "channel", channel.clone()),
            ("DeliveryView", "status", status.clone()),
            ("DeliveryView", "attempts", json!({"minimum": 0})),
        ])
        .constrain_parameters(&[
            ("limit", json!({"minimum": 1, "maximum": 100, "default": 20})),
            ("state", json!({"enum": ["unread", "read", "all", "archived", "snoozed"], "default": "unread"})),
            ("type", json!({"example": "task_due,task_overdue"})),
            ("channel", channel),
            ("status", status),
        ])
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
