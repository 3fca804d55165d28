//! What holds for every operation: its path, its parameters, its errors, the headers of its answers.

use serde_json::{Map, Value, json};

use super::responses;
use crate::auth::{self, Demand};

/// Paths end in a slash, as the README writes them (those of files, such as `/.well-known/jwks.json`, do not); every operation tells its errors.
pub(super) fn mend(spec: &mut Value) {
    let Some(Value::Object(paths)) = spec.get_mut("paths") else { return };
    let mut mended = Map::new();
    for (path, mut item) in std::mem::take(paths) {
        let path = without_patterns(&path);
        if let Value::Object(operations) = &mut item {
            for (method, operation) in operations.iter_mut() {
                mend_operation(&path, method, operation);
            }
        }
        let is_file = path.rsplit('/').next().is_some_and(|last| last.contains('.'));
        let path = if path.ends_with('/') || is_file { path } else { format!("{path}/") };
        mended.insert(path, item);
    }
    *paths = mended;
}

/// `/a/{id:[0-9]+}` → `/a/{id}`.
fn without_patterns(path: &str) -> String {
    path.split('/')
        .map(|segment| match segment.split_once(':') {
            Some((name, _)) if segment.starts_with('{') => format!("{name}}}"),
            _ => segment.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("/")
}

fn mend_operation(path: &str, method: &str, operation: &mut Value) {
    let Value::Object(operation) = operation else { return };
    let tag = path.trim_start_matches("/api/").split('/').next().unwrap_or_default().to_owned();
    let tag = if path.starts_with("/.well-known") { "users".to_owned() } else { tag };
    operation.entry("tags").or_insert_with(|| json!([tag]));
    // OpenAPI 3 has no other way to say that a call needs no token, and that this was not forgotten.
    let security = operation.entry("security").or_insert_with(|| json!([]));
    if security.as_array().is_some_and(|schemes| !schemes.is_empty()) {
        tell_scopes(path, method, operation);
    }
    if let Some(Value::Object(body)) = operation.get_mut("requestBody") {
        body.insert("required".to_owned(), json!(true));
    }
    if let Some(Value::Array(parameters)) = operation.get_mut("parameters") {
        parameters.iter_mut().filter(|parameter| parameter["in"] == "path").for_each(mend_path_parameter);
    }
    let Some(responses) = operation.get_mut("responses") else { return };
    mend_responses(responses, method);
    if responses.get("304").is_some() {
        let condition = json!({
            "name": "If-None-Match", "in": "header", "schema": {"type": "string"},
            "description": "The ETag that was read; 304 while it is still the present one.",
        });
        if let Some(parameters) = operation.entry("parameters").or_insert_with(|| json!([])).as_array_mut() {
            parameters.push(condition);
        }
    }
}

/// OpenAPI 3.0 has no place for the scopes of a bearer token: they stand in the description, and in `x-token-scopes`,
/// which is missing where no personal access token is accepted.
fn tell_scopes(path: &str, method: &str, operation: &mut Map<String, Value>) {
    let sentence = match auth::demand(method, path) {
        Demand::Session => "A personal access token is not accepted.".to_owned(),
        Demand::Scopes(scopes) => {
            let names: Vec<String> = scopes.iter().map(ToString::to_string).collect();
            operation.insert("x-token-scopes".to_owned(), json!(names));
            match names.is_empty() {
                true => "Any personal access token will do.".to_owned(),
                false => format!("A personal access token needs `{}`.", names.join("`, `")),
            }
        }
    };
    let told = operation.get("description").and_then(Value::as_str).filter(|text| !text.is_empty());
    let text = told.map_or_else(|| sentence.clone(), |told| format!("{told}\n\n{sentence}"));
    operation.insert("description".to_owned(), json!(text));
}

fn mend_path_parameter(parameter: &mut Value) {
    parameter["schema"] = json!({"type": "string", "format": "uuid"});
    if parameter["name"].as_str().is_none_or(str::is_empty) {
        parameter["name"] = json!("id");
    }
}

fn mend_responses(responses: &mut Value, method: &str) {
    let Value::Object(list) = &mut *responses else { return };
    if method != "get" {
        // An answer to reads, which `Versioned` documents wherever it stands.
        list.remove("304");
    }
    let errors: Vec<String> = list.keys().filter(|status| status.as_str() >= "400").cloned().collect();
    list.retain(|status, _| status.as_str() < "400");
    for answer in list.values_mut() {
        mend_answer(answer);
    }
    for status in errors.iter().map(String::as_str).chain(["500", "503"]) {
        add_error(responses, status);
    }
}

/// Adds the response of an error status.
pub(super) fn add_error(responses: &mut Value, status: &str) {
    match responses::reference(status) {
        Some(reference) => responses[status] = reference,
        None => log::error!("the OpenAPI document has no response for {status}"),
    }
}

/// paperclip emits a header's type as `content`; OpenAPI 3 wants `schema`. Every answer has an id.
fn mend_answer(answer: &mut Value) {
    let Some(answer) = answer.as_object_mut() else { return };
    let headers = answer.entry("headers").or_insert_with(|| json!({}));
    headers["X-Request-Id"] = json!({});
    let Value::Object(headers) = headers else { return };
    for (name, header) in headers.iter_mut() {
        *header = responses::header_reference(name).unwrap_or_else(|| {
            let description = header.get("description").cloned().unwrap_or_default();
            json!({"description": description, "schema": {"type": "string"}})
        });
    }
}
