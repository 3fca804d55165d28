//! What the OpenAPI document says of files, which paperclip cannot derive.

use serde_json::{Value, json};
use service_kit::openapi::Document;

/// Adds the contents of files, and the answers to an import.
#[must_use]
pub fn describe(document: Document) -> Document {
    let import = json!({"$ref": "#/components/schemas/ImportView"});
    let header = |name: &str| json!({"$ref": format!("#/components/headers/{name}")});
    let headers = json!({
        "Location": header("Location"),
        "Idempotency-Replayed": header("IdempotencyReplayed"),
        "X-Request-Id": header("RequestId"),
    });
    let of_import = |description: &str| {
        json!({
            "description": description, "headers": headers,
            "content": {"application/json": {"schema": import}},
        })
    };
    // A request that is refused before its file is read makes no import that could be looked at.
    let headers_of_refusal = json!({
        "Location": {
            "description": "Path of the import, if there is one.",
            "schema": {"type": "string", "format": "uri-reference"},
        },
        "Idempotency-Replayed": header("IdempotencyReplayed"),
        "X-Request-Id": header("RequestId"),
    });
    let nothing_imported = json!({
        "description": "Nothing was imported: `import` tells why.",
        "headers": headers_of_refusal,
        "content": {"application/problem+json": {"schema": {"allOf": [
            {"$ref": "#/components/schemas/Problem"},
            {"type": "object", "properties": {"import": import}},
        ]}}},
    });
    let encoding = json!({
        "name": "Content-Encoding", "in": "header", "required": false,
        "description": "`gzip`, or nothing.", "schema": {"type": "string", "enum": ["gzip", "identity"]},
    });
    let post = |part: &str| format!("/paths/~1api~1tasks~1import~1/post/{part}");
    document
        .put("/paths/~1api~1tasks~1export~1/get/responses/200", file_answer())
        .put(&post("requestBody"), json!({"required": true, "content": file_content()}))
        .put(&post("responses/200"), of_import("It is over: all tasks are here, or it was a dry run."))
        .put(&post("responses/202"), of_import("It is under way."))
        .put(&post("responses/422"), nothing_imported)
        .put("/components/schemas/ImportView/properties/errors", line_errors())
        .push(&post("parameters"), encoding)
}

fn file_answer() -> Value {
    json!({
        "description": "The file.",
        "headers": {
            "Content-Disposition": {
                "description": "`attachment`, with a name for the file.", "required": true, "schema": {"type": "string"},
            },
            "X-Request-Id": {"$ref": "#/components/headers/RequestId"},
        },
        "content": {
            "text/csv": {"schema": {"type": "string"}, "example": CSV},
            "application/jsonl": {"schema": {"type": "string"}},
        },
    })
}

const CSV: &str = "title,status,due_date,assigned_to\r\n\"Write, and send, the report\",todo,2030-01-31,ann@example.org\r\n";
const JSON_LINES: &str = "{\"title\": \"Write the report\", \"priority\": \"high\"}\n";

fn file_content() -> Value {
    json!({
        "text/csv": {"schema": {"type": "string"}, "example": CSV},
        "application/jsonl": {"schema": {"type": "string"}, "example": JSON_LINES},
        "application/x-ndjson": {"schema": {"type": "string"}, "example": JSON_LINES},
    })
}

fn line_errors() -> Value {
    json!({
        "type": "array", "maxItems": 100,
        "description": "What is wrong with the first hundred of them.",
        "items": {
            "type": "object", "required": ["line", "errors"],
            "properties": {
                "line": {"type": "integer", "minimum": 1, "description": "Where the record begins; the header of CSV is line 1."},
                "errors": {
                    "type": "object",
                    "description": "Messages by field; `file` for what concerns the record or the file as such.",
                    "additionalProperties": {"type": "array", "items": {"type": "string"}},
                },
            },
        },
    })
}
