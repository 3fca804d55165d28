//! The promise on paper: `docs/openapi.json` is what the handlers say, merged, and it is what is served.
//!
//! Every answer in every whole-system test is held against it too: [`crate::world::document`].
//!
//! After a wanted change: `UPDATE_SNAPSHOT=1 cargo test -p docket openapi`, then read the difference.

use std::{collections::BTreeSet, path::Path};

use serde_json::Value;

use crate::world::{World, document::merged};

pub fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().unwrap();
    let of_path = |(path, item): (&String, &Value)| {
        let operations = item.as_object().unwrap().clone();
        operations
            .into_iter()
            .map(|(method, operation)| (path.clone(), method, operation))
            .collect::<Vec<_>>()
    };
    paths.iter().flat_map(of_path).collect()
}

#[test]
fn the_snapshot_is_what_the_handlers_say() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    let now = serde_json::to_string_pretty(&merged()).unwrap() + "\n";
    if std::env::var_os("UPDATE_SNAPSHOT").is_some() {
        std::fs::write(&file, &now).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap();
    assert!(kept == now, "docs/openapi.json is not what the handlers say; see the head of this file");
}

#[test]
fn every_operation_has_a_name_of_its_own_a_summary_and_its_errors() {
    let document = merged();
    let mut names = BTreeSet::new();
    for (path, method, operation) in operations(&document) {
        let name =
            operation["operationId"].as_str().unwrap_or_else(|| panic!("{method} {path} has no operationId"));
        assert!(names.insert(name.to_owned()), "{name} twice");
        assert!(operation["summary"].is_string(), "{name} has no summary");
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.keys().any(|status| status.starts_with('2')), "{name} never succeeds");
        for common in ["400", "500", "503"] {
            assert!(responses.contains_key(common), "{name} does not tell {common}");
        }
        let needs_token = operation["security"].as_array().is_some_and(|list| !list.is_empty());
        assert!(!needs_token || responses.contains_key("401") && responses.contains_key("403"), "{name}");
        assert!(operation["security"].is_array(), "{name} does not say whether it needs a token");
    }
    assert!(
        names.contains("read_dashboard")
            || names.contains("show_dashboard")
            || names.contains("get_dashboard"),
        "{names:?}"
    );
}

#[test]
fn bodies_are_closed_and_every_error_is_a_problem_with_an_example() {
    let document = merged();
    for (path, method, operation) in operations(&document) {
        let body = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].as_str();
        if let Some(reference) = body {
            let schema = document.pointer(&reference[1..]).unwrap();
            assert_eq!(
                schema["additionalProperties"], false,
                "{method} {path}: an unknown field is an error"
            );
        }
        for (status, response) in operation["responses"].as_object().unwrap() {
            if status.as_str() >= "400" {
                let shared = response["$ref"].as_str().and_then(|at| document.pointer(&at[1..]));
                let problem = &shared.unwrap_or(response)["content"]["application/problem+json"];
                assert!(problem["schema"].is_object(), "{method} {path} {status}");
                if shared.is_some() {
                    assert_eq!(problem["example"]["status"].to_string(), *status, "{method} {path}");
                }
                let response = shared.unwrap_or(response);
                assert!(response["headers"]["X-Request-Id"].is_object(), "{method} {path} {status}");
            }
        }
    }
    let headers = |name: &str| document["components"]["responses"][name]["headers"].clone();
    assert!(headers("Unauthorized")["WWW-Authenticate"].is_object());
    assert!(headers("TooManyRequests")["Retry-After"].is_object());
    assert!(headers("ServiceUnavailable")["Retry-After"].is_object());
}

#[test]
fn every_reference_leads_somewhere() {
    fn references(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(object) => {
                if let Some(Value::String(reference)) = object.get("$ref") {
                    found.insert(reference.clone());
                }
                object.values().for_each(|value| references(value, found));
            }
            Value::Array(items) => items.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }
    let document = merged();
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    for reference in found {
        assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
    }
}

/// No operation is reachable without a token but these.
const FOR_ANYONE: [&str; 12] = [
    "/.well-known/jwks.json",
    "/api/notifications/feeds/{secret}/notifications.atom",
    "/api/notifications/feeds/{secret}/tasks.ics",
    "/api/notifications/unsubscribe/",
    "/api/users/email-change/confirm/",
    "/api/users/email-verification/confirm/",
    "/api/users/login/",
    "/api/users/logout/",
    "/api/users/password-reset/",
    "/api/users/password-reset/confirm/",
    "/api/users/register/",
    "/api/users/token/refresh/",
];

#[tokio::test(flavor = "multi_thread")]
async fn every_other_operation_asks_for_a_token() {
    let world = World::start().await;
    for (path, method, operation) in operations(&merged()) {
        let open = FOR_ANYONE.contains(&path.as_str());
        let documented = operation["security"]
            .as_array()
            .is_some_and(|list| list.iter().any(|s| s.get("bearer").is_some()));
        assert!(open || documented, "{method} {path} is not documented to need a token");
        if open {
            continue;
        }
        let url = path.replace("{id}", "00000000-0000-7000-8000-000000000000");
        let method = reqwest::Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
        let body = (method != reqwest::Method::GET).then(|| serde_json::json!({}));
        let answer = world.anyone.send(method.clone(), &url, body).await;
        assert_eq!(answer.status, 401, "{method} {path}: {}", answer.text);
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_document_and_its_pages_are_served_from_inside() {
    let world = World::start().await;
    for path in ["/api/schema/", "/api/schema"] {
        assert!(world.anyone.get(path).await.expect(200).json == merged(), "{path} serves another document");
    }
    for page in ["/api/docs/swagger/", "/api/docs/swagger", "/api/docs/redoc/", "/api/docs/redoc", "/"] {
        let answer = world.anyone.get(page).await.expect(200);
        assert!(answer.header("content-type").starts_with("text/html"), "{page}");
        assert!(!answer.text.contains("https://"), "{page} asks an outside host");
        assert!(answer.header("content-security-policy").contains("default-src"), "{page}");
    }
    world.end().await;
}
