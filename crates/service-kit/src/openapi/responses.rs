//! The errors as the document tells them: one response for each status, with its headers and an example.

use actix_web::http::header;
use serde_json::{Map, Value, json};

use crate::http::{Errors, Problem};

/// A status that is answered with problem details.
struct Told {
    status: u16,
    name: &'static str,
    when: &'static str,
    example: Problem,
}

fn told() -> Vec<Told> {
    let told = |status, name, when, example| Told { status, name, when, example };
    let unknown = Errors::one("colour", "is not a parameter that this call knows");
    vec![
        told(
            400,
            "BadRequest",
            "Not understood: no JSON, an unknown or unusable query parameter, a forged cursor.",
            Problem::bad_query(unknown),
        ),
        told(
            401,
            "Unauthorized",
            "No token, or one that is not valid.",
            Problem::unauthorized("Send an access token: Authorization: Bearer <token>."),
        ),
        told(
            403,
            "Forbidden",
            "You may know that it exists, and may not do that.",
            Problem::forbidden("Only an administrator may do that."),
        ),
        told(404, "NotFound", "It does not exist, or you may not know that it does.", Problem::not_found()),
        told(408, "RequestTimeout", "The body did not arrive in time.", Problem::timeout()),
        told(
            409,
            "Conflict",
            "Taken, or busy, or the same Idempotency-Key is still at work.",
            Problem::conflict(
                "A request with this Idempotency-Key is still at work. Wait, then send it again.",
            ),
        ),
        told(
            412,
            "PreconditionFailed",
            "If-Match names another state than the present one.",
            Problem::precondition_failed(),
        ),
        told(
            413,
            "ContentTooLarge",
            "The body is too large.",
            Problem::too_large(crate::http::body::BODY_LIMIT),
        ),
        told(
            415,
            "UnsupportedMediaType",
            "The body is not of a type that this call takes.",
            Problem::unsupported_media_type(),
        ),
        told(
            422,
            "UnprocessableContent",
            "Well-formed, and some values are not acceptable: all of them are named.",
            Problem::invalid("title", "is required"),
        ),
        told(
            428,
            "PreconditionRequired",
            "If-Match is missing, where the deployment requires it.",
            Problem::precondition_required(),
        ),
        told(429, "TooManyRequests", "Throttled.", Problem::too_many_requests(30)),
        told(
            500,
            "InternalServerError",
            "Our fault.",
            Problem::from_status(actix_web::http::StatusCode::INTERNAL_SERVER_ERROR),
        ),
        told(
            503,
            "ServiceUnavailable",
            "A dependency is down, and the request cannot be served without it.",
            Problem::unavailable("The database cannot be reached at the moment."),
        ),
    ]
}

/// Where the response of an error status stands in the document.
pub(super) fn reference(status: &str) -> Option<Value> {
    let name = told().into_iter().find(|told| told.status.to_string() == status)?.name;
    Some(json!({"$ref": format!("#/components/responses/{name}")}))
}

/// All of them.
pub(super) fn components() -> Value {
    let all = told().into_iter().map(|told| (told.name.to_owned(), response(&told)));
    Value::Object(all.collect::<Map<_, _>>())
}

/// Headers that more than one response has.
pub(super) fn headers() -> Value {
    json!({
        "RequestId": header("Names this request in our logs.", &json!({"type": "string", "maxLength": 64, "pattern": "^[A-Za-z0-9._-]+$"})),
        "ETag": header("Strong tag of this state of the resource.", &json!({"type": "string", "pattern": "^\"[!#-~]*\"$"})),
        "Location": header("Path of the new resource.", &json!({"type": "string", "format": "uri-reference"})),
        "RetryAfter": header("Seconds after which to try again.", &json!({"type": "integer", "minimum": 0})),
        "WwwAuthenticate": header("How to authenticate.", &json!({"type": "string", "example": "Bearer"})),
        "IdempotencyReplayed": {
            "description": "There when this is the stored reply to an earlier request with the same key.",
            "schema": {"type": "string", "enum": ["true"]},
        },
    })
}

fn header(description: &str, schema: &Value) -> Value {
    json!({"description": description, "required": true, "schema": schema})
}

/// Where a header of this name stands in the document.
pub(super) fn header_reference(name: &str) -> Option<Value> {
    let component = match name {
        "X-Request-Id" => "RequestId",
        "ETag" => "ETag",
        "Location" => "Location",
        "Retry-After" => "RetryAfter",
        "WWW-Authenticate" => "WwwAuthenticate",
        "Idempotency-Replayed" => "IdempotencyReplayed",
        _ => return None,
    };
    Some(json!({"$ref": format!("#/components/headers/{component}")}))
}

fn response(told: &Told) -> Value {
    let mut example = told.example.to_json();
    example["request_id"] = json!("0190f3a0-6b1e-7c54-9b6e-2f1c7a0d9e11");
    let mut headers = Map::new();
    let own = [(header::RETRY_AFTER, "Retry-After"), (header::WWW_AUTHENTICATE, "WWW-Authenticate")];
    for name in own.into_iter().filter(|(name, _)| told.example.has_header(name)).map(|(_, name)| name) {
        headers.insert(name.to_owned(), header_reference(name).unwrap_or_default());
    }
    headers.insert("X-Request-Id".to_owned(), header_reference("X-Request-Id").unwrap_or_default());
    json!({
        "description": told.when,
        "headers": headers,
        "content": {"application/problem+json": {
            "schema": {"$ref": "#/components/schemas/Problem"},
            "example": example,
        }},
    })
}

/// The body of all of them.
pub(super) fn problem_schema() -> Value {
    json!({
        "type": "object",
        "description": "Problem details (RFC 9457).",
        "required": ["type", "title", "status", "detail", "request_id"],
        "properties": {
            "type": {
                "type": "string", "format": "uri-reference", "example": "/problems/validation",
                "description": "Stable relative URI of the kind of problem.",
            },
            "title": {"type": "string", "description": "The kind of problem in words."},
            "status": {"type": "integer", "minimum": 400, "maximum": 599, "description": "The HTTP status."},
            "detail": {"type": "string", "description": "What is wrong with this request."},
            "request_id": {"type": "string", "nullable": true, "description": "Names this request in our logs."},
            "errors": {
                "type": "object",
                "description": "Messages by field, parameter or header; all of them at once.",
                "additionalProperties": {"type": "array", "items": {"type": "string"}},
            },
        },
    })
}
