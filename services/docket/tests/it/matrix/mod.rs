//! The matrix: every operation of the document, asked by every kind of caller.
//!
//! The list of operations comes from the document, so a route without a row in `rows.rs` fails here, and the failure
//! says which line to add. Bodies are such that the answer is decided by who asks.

mod rows;
mod subject;

use std::{collections::BTreeMap, fmt::Write as _};

use reqwest::Method;
use serde_json::Value;
use service_kit::auth::Scope;
use testkit::Client;

use self::{
    rows::{ROWS, Row},
    subject::Cast,
};
use crate::{
    openapi::operations,
    world::{World, document::merged},
};

/// One operation of the document.
struct Operation {
    method: Method,
    path: String,
    content_type: Option<String>,
    takes_token: bool,
    /// Scopes that a personal access token needs; `None` where none is accepted.
    scopes: Option<Vec<String>>,
    shape: Value,
}

fn documented() -> BTreeMap<String, Operation> {
    let read = |(path, method, shape): (String, String, Value)| {
        let name = shape["operationId"].as_str().expect("an operationId").to_owned();
        let content = shape["requestBody"]["content"].as_object();
        let operation = Operation {
            method: Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method"),
            content_type: content.and_then(|content| content.keys().next().cloned()),
            takes_token: shape["security"]
                .as_array()
                .is_some_and(|list| list.iter().any(|one| one.get("bearer").is_some())),
            scopes: serde_json::from_value(shape["x-token-scopes"].clone()).ok(),
            path,
            shape,
        };
        (name, operation)
    };
    operations(&merged()).into_iter().map(read).collect()
}

/// The line that is missing from `rows.rs`, with the fields that the body must have.
fn suggestion(name: &str, operation: &Operation, document: &Value) -> String {
    let schema = operation.shape.pointer("/requestBody/content/application~1json/schema/$ref");
    let schema = schema.and_then(Value::as_str).and_then(|at| document.pointer(at.trim_start_matches('#')));
    let required = schema.and_then(|schema| schema["required"].as_array().cloned()).unwrap_or_default();
    let fields: Vec<String> =
        required.iter().filter_map(Value::as_str).map(|field| format!(r#""{field}": "…""#)).collect();
    let body = match (&operation.content_type, fields.join(", ")) {
        (None, _) => r#""""#.to_owned(),
        (Some(_), fields) => format!("r#\"{{{fields}}}\"#"),
    };
    let subject = if operation.path.contains('{') { "Task" } else { "Nothing" };
    let stranger = if operation.path.contains('{') { 404 } else { 200 };
    format!("    row(\"{name}\", {subject}, {body}, [401, {stranger}, 200, 200]),")
}

#[test]
fn every_operation_has_its_row_and_every_row_its_operation() {
    let (document, documented) = (merged(), documented());
    let mut faults = String::new();
    for (name, operation) in &documented {
        if ROWS.iter().filter(|row| row.operation == name).count() != 1 {
            let Operation { method, path, .. } = operation;
            let line = suggestion(name, operation, &document);
            let _ = writeln!(faults, "{method} {path} needs one row in matrix/rows.rs:\n{line}");
        }
    }
    for row in ROWS.iter().filter(|row| !documented.contains_key(row.operation)) {
        let _ = writeln!(faults, "{} is no operation any more: take its row out", row.operation);
    }
    assert!(faults.is_empty(), "\n{faults}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_answers_every_caller_as_its_row_says() {
    let world = World::start().await;
    let faults = faults(&world).await;
    assert!(faults.is_empty(), "\n{faults}");
    world.end().await;
}

/// Calls every operation as every caller; tells which are not answered as their rows say.
pub async fn faults(world: &World) -> String {
    let cast = Cast::new(world).await;
    let documented = documented();
    let mut faults = String::new();
    for row in ROWS {
        let Some(operation) = documented.get(row.operation) else { continue };
        for (caller, client, expected) in callers(&cast, row, operation).await {
            let answered = ask(world, &cast, row, operation, &client).await;
            if answered != expected {
                let Operation { method, path, .. } = operation;
                let _ = writeln!(
                    faults,
                    "{} ({method} {path}) answers {caller} with {answered}, not {expected}",
                    row.operation
                );
            }
        }
    }
    faults
}

/// Who asks, and what they must be answered. A token that is void is so wherever one is taken.
async fn callers(cast: &Cast, row: &Row, operation: &Operation) -> Vec<(&'static str, Client, u16)> {
    let [anonymous, stranger, assignee, admin] = row.answers;
    let disabled = if operation.takes_token { 401 } else { anonymous };
    let mut callers = vec![
        ("anonymous", cast.anonymous.clone(), anonymous),
        ("a stranger", cast.stranger.client.clone(), stranger),
        ("the assignee", cast.assignee.client.clone(), assignee),
        ("an administrator", cast.admin.client.clone(), admin),
        ("a disabled account", cast.disabled.client.clone(), disabled),
    ];
    let all = || Scope::ALL.map(|scope| scope.to_string()).to_vec();
    match &operation.scopes {
        _ if !operation.takes_token => {
            callers.push(("any personal token", cast.with_scopes(all()).await, anonymous));
        }
        None => callers.push(("a personal token of all scopes", cast.with_scopes(all()).await, 403)),
        // It tells a token what it is; everybody else is told that they are none.
        Some(needed) if needed.is_empty() => {
            callers.push(("any personal token", cast.with_scopes(all()).await, 200));
        }
        Some(needed) => {
            let others = all().into_iter().filter(|scope| !needed.contains(scope)).collect();
            callers.push(("a personal token of its scopes", cast.with_scopes(needed.clone()).await, admin));
            callers.push(("a personal token of other scopes", cast.with_scopes(others).await, 403));
        }
    }
    callers
}

/// Sends it to a subject of its own, so that no row depends on another; only the head of the answer is read.
async fn ask(world: &World, cast: &Cast, row: &Row, operation: &Operation, client: &Client) -> u16 {
    let mut path = operation.path.clone();
    for id in cast.make(world, row.subject).await {
        let (start, end) = (path.find('{').expect("a placeholder"), path.find('}').expect("its end"));
        path.replace_range(start..=end, &id);
    }
    assert!(!path.contains('{'), "{}: its subject does not fill {path}", row.operation);
    let mut request = client.request(operation.method.clone(), &path);
    if let Some(content_type) = &operation.content_type {
        request = request
            .header("content-type", content_type)
            .body(row.body.replace("{new}", &uuid::Uuid::new_v4().simple().to_string()));
    }
    request.send().await.expect("an answer").status().as_u16()
}
