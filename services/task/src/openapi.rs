//! What this service's document says beyond the handlers' signatures.

use serde_json::{Value, json};
use service_kit::openapi::Document;

/// Errors that operations can answer and their signatures do not tell.
const ANSWERS: [(&str, &[u16]); 1] = [("import_tasks", &[429])];

/// Adds what the views' types do not tell.
#[must_use]
pub fn document(spec: Value) -> Document {
    let title = json!({"minLength": 1, "maxLength": 255, "example": "Write the report"});
    let due = json!({"format": "date-time", "example": "2030-01-31T16:00:00Z"});
    let count = json!({"minimum": 0});
    let (first, version) = (json!({"maxItems": 20}), json!({"minimum": 1}));
    let document = Document::from_paperclip(spec).may_answer(&ANSWERS).constrain(&[
        ("TaskView", "title", title),
        ("TaskView", "due_date", due),
        ("TaskView", "assigned_to", json!({"example": "ann@example.org"})),
        ("TaskView", "version", version.clone()),
        ("TaskSummaryView", "tasks", first),
        ("TaskSummaryView", "due_soon_count", count.clone()),
        ("TaskSummaryView", "overdue_count", count),
        ("HistoryEntryView", "version", version),
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
