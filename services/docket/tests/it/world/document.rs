//! The API's document, and every answer held against it.

use std::sync::LazyLock;

use reqwest::Method;
use serde_json::Value;
use service_kit::openapi::Document;
use testkit::Answer;

const DESCRIPTION: &str = "Tasks, who does them, and who is told. Three services behind one address.

Every path answers alike with and without its last slash. Whatever goes wrong is told as problem details (RFC 9457). Beside \
what stands at each operation: a path that is not there answers 404, a method that it does not have 405 with `Allow`, a \
request that cannot be parsed 400, headers that are too large 431.";

static DOCUMENT: LazyLock<Value> = LazyLock::new(merged);

/// Fails when a documented operation answers with a status, or without a header, that the document does not tell.
pub fn is_as_documented(method: &Method, url: &str, answer: &Answer) {
    let path = url.split_once("://").map_or(url, |(_, rest)| &rest[rest.find('/').unwrap_or(0)..]);
    let path = path.split('?').next().unwrap_or_default().trim_end_matches('/');
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let fits = |template: &str| {
        let (template, path) = (template.trim_end_matches('/').split('/'), path.split('/'));
        template.clone().count() == path.clone().count()
            && template.zip(path).all(|(wanted, given)| wanted == given || wanted.starts_with('{'))
    };
    // Words before ids, as the routes have them.
    let item =
        paths.iter().filter(|(template, _)| fits(template)).min_by_key(|(t, _)| t.matches('{').count());
    let Some(operation) = item.and_then(|(_, item)| item.get(method.as_str().to_lowercase())) else { return };
    let (id, status) = (&operation["operationId"], answer.status.to_string());
    let mut told = &operation["responses"][&status];
    assert!(
        told.is_object(),
        "{id} ({method} {path}) answered {status}, which docs/openapi.json does not tell: add it to ANSWERS in the \
         service's openapi.rs (or to the extractor that makes it). The answer was {}",
        answer.text
    );
    if let Some(reference) = told["$ref"].as_str() {
        told = DOCUMENT.pointer(&reference[1..]).unwrap();
    }
    for (name, header) in told["headers"].as_object().into_iter().flatten() {
        let header = header["$ref"].as_str().map_or(header, |at| DOCUMENT.pointer(&at[1..]).unwrap());
        let is_there = answer.headers.contains_key(name);
        assert!(is_there || header["required"] != true, "{id} answered {status} without {name}");
    }
}

/// The document of all three services, made from their handlers.
pub fn merged() -> Value {
    let (user, task, notification) = (
        user_service::openapi_document(),
        task_service::openapi_document(),
        notification_service::openapi_document(),
    );
    Document::merge("Docket", DESCRIPTION, &[&user, &task, &notification]).as_json().clone()
}
