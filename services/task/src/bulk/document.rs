//! What the OpenAPI document says of bulk: an operation is one of three things, which paperclip cannot derive.

use serde_json::{Value, json};
use service_kit::openapi::Document;

use super::requests::MAX_OPERATIONS;

/// Adds the schemas of operations and of their results.
#[must_use]
pub fn describe(document: Document) -> Document {
    let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    let nullable = |name: &str| json!({"nullable": true, "allOf": [reference(name)]});
    let one_of =
        ["CreateOperationRequest", "UpdateOperationRequest", "DeleteOperationRequest"].map(reference);
    let results = json!({"type": "array", "maxItems": MAX_OPERATIONS, "items": reference("BulkResultView")});
    let result = json!({
        "type": "object",
        "description": "What became of one operation.",
        "required": ["status", "task", "problem"],
        "properties": {
            "status": {"type": "integer", "description": "The HTTP status that the single call would have had; 424 when another operation of an atomic call failed.", "example": 201},
            "task": nullable("TaskView"),
            "problem": nullable("Problem"),
        },
    });
    let not_applied = json!({
        "description": "Values that are not acceptable; or an operation of an atomic call failed, so that none was done: `results` tells of each.",
        "headers": {"X-Request-Id": {"$ref": "#/components/headers/RequestId"}},
        "content": {"application/problem+json": {"schema": {"allOf": [
            reference("Problem"),
            {"type": "object", "properties": {"results": results}},
        ]}}},
    });
    document
        .put("/components/schemas/CreateOperationRequest", operation("create", "task", "CreateTaskRequest"))
        .put(
            "/components/schemas/UpdateOperationRequest",
            operation("update", "changes", "UpdateTaskRequest"),
        )
        .put("/components/schemas/DeleteOperationRequest", on_a_task("delete"))
        .put(
            "/components/schemas/BulkOperationRequest",
            json!({
                "oneOf": one_of,
                "discriminator": {"propertyName": "op", "mapping": {
                    "create": "#/components/schemas/CreateOperationRequest",
                    "update": "#/components/schemas/UpdateOperationRequest",
                    "delete": "#/components/schemas/DeleteOperationRequest",
                }},
            }),
        )
        .put(
            "/components/schemas/BulkTasksRequest/properties/operations",
            json!({
                "type": "array", "description": "Done in this order.",
                "minItems": 1, "maxItems": MAX_OPERATIONS, "items": reference("BulkOperationRequest"),
            }),
        )
        .put("/components/schemas/BulkResultView", result)
        .put("/components/schemas/BulkTasksView/properties/results", results)
        .put("/paths/~1api~1tasks~1bulk~1/post/responses/422", not_applied)
}

/// An operation that brings something along.
fn operation(op: &str, part: &str, of: &str) -> Value {
    let brought = json!({"$ref": format!("#/components/schemas/{of}")});
    if op == "create" {
        return object(op, &["op", part], &json!({part: brought}));
    }
    let mut whole = on_a_task(op);
    whole["properties"][part] = brought;
    whole["required"] = json!(["op", "id", part]);
    whole
}

/// An operation on a task that there is.
fn on_a_task(op: &str) -> Value {
    let properties = json!({
        "id": {"type": "string", "format": "uuid"},
        "if_version": {
            "type": "integer", "format": "int64", "minimum": 1, "nullable": true,
            "description": "The version that the task must have; 412 if it has another.",
        },
    });
    object(op, &["op", "id"], &properties)
}

fn object(op: &str, required: &[&str], properties: &Value) -> Value {
    let mut properties = properties.clone();
    properties["op"] = json!({"type": "string", "enum": [op]});
    json!({"type": "object", "required": required, "properties": properties, "additionalProperties": false})
}
