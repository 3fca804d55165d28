//! What this service's document says beyond the handlers' signatures.

use serde_json::{Value, json};
use service_kit::openapi::Document;

/// Adds lengths, formats and examples to what paperclip derived.
#[must_use]
pub fn document(spec: Value) -> Document {
    let title = json!({"minLength": 1, "maxLength": 255, "example": "Write the report"});
    let description = json!({"maxLength": 20_000});
    let due = json!({"example": "2030-01-31T17:00:00+01:00"});
    let who = json!({"maxLength": 254, "example": "ann@example.org"});
    let seconds = json!({"format": "date-time", "example": "2030-01-31T16:00:00Z"});
    let count = json!({"minimum": 0});
    let (first, version) = (json!({"maxItems": 20}), json!({"minimum": 1}));
    let document = Document::from_paperclip(spec)
        .constrain(&[
            ("CreateTaskRequest", "title", title.clone()),
            ("CreateTaskRequest", "description", description.clone()),
            ("CreateTaskRequest", "due_date", due.clone()),
            ("CreateTaskRequest", "assigned_to", who.clone()),
            ("UpdateTaskRequest", "title", title.clone()),
            ("UpdateTaskRequest", "description", description.clone()),
            ("UpdateTaskRequest", "due_date", due),
            ("UpdateTaskRequest", "assigned_to", who),
            ("TaskView", "title", title),
            ("TaskView", "description", description),
            ("TaskView", "due_date", seconds),
            ("TaskView", "version", version.clone()),
            ("TaskSummaryView", "tasks", first),
            ("TaskSummaryView", "due_soon_count", count.clone()),
            ("TaskSummaryView", "overdue_count", count),
            ("HistoryEntryView", "version", version),
        ])
        .constrain_parameters(&[
            ("limit", json!({"minimum": 1, "maximum": 100, "default": 20})),
            ("status", json!({"example": "todo,in-progress"})),
            ("priority", json!({"example": "high,urgent"})),
            ("assigned_to", json!({"example": "me"})),
            ("ordering", json!({"enum": crate::tasks::ordering::Ordering::ALL.map(|(name, _)| name)})),
        ]);
    crate::transfer::document::describe(crate::bulk::document::describe(document))
}

#[cfg(test)]
mod tests {
    use crate::openapi_document;

    #[test]
    fn rows_of_pages_and_objects_inside_objects_are_whole() {
        let document = openapi_document();
        let at = |pointer: &str| document.as_json().pointer(pointer).cloned().unwrap_or_default();
        let page = at("/components/schemas/TaskViewPage/properties/results/items/$ref");
        assert_eq!(page, "#/components/schemas/TaskView");
        let inner = at("/components/schemas/TaskSummaryView/properties/tasks/items");
        assert_eq!(inner["properties"]["due_date"]["nullable"], true);
        assert!(inner["required"].as_array().is_some_and(|names| names.len() == 14), "{inner}");
        assert_eq!(at("/components/schemas/HistoryEntryView/properties/actor/nullable"), true);
        assert_eq!(at("/paths/~1api~1tasks~1{id}~1restore~1/post/responses/304"), serde_json::Value::Null);
    }
}
