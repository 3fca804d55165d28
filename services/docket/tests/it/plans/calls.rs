//! Every GET of the document with each of its parameters, so that a new one is asked with as soon as it is documented.

use serde_json::Value;
use testkit::Client;

use crate::{openapi::operations, world::document::merged};

/// Postgres plans a statement anew for each call until it has seen it so often; then it may keep one plan for all.
const UNTIL_PLANS_ARE_KEPT: usize = 7;

/// Asks each of `clients` for each list and each of its parameters, one at a time, and for the page after the first.
pub async fn all(clients: &[&Client], task: &str) {
    for (path, method, operation) in operations(&merged()) {
        if method != "get" || path.contains('{') || path.ends_with("/stream/") {
            continue;
        }
        for client in clients {
            for values in queries(&operation, task) {
                for query in values.iter().cycle().take(values.len().max(UNTIL_PLANS_ARE_KEPT)) {
                    ask(client, &format!("{path}?{query}")).await;
                }
            }
        }
    }
}

/// The page, the one after it, and back.
async fn ask(client: &Client, url: &str) {
    let answer = client.get(url).await;
    assert!(answer.status < 500, "{url}: {}", answer.text);
    if let Some(next) = answer.json["next"].as_str() {
        let page = client.get(next).await.expect(200);
        if let Some(previous) = page.json["previous"].as_str() {
            client.get(previous).await.expect(200);
        }
    }
}

/// Nothing, and of each parameter by itself its values.
fn queries(operation: &Value, task: &str) -> Vec<Vec<String>> {
    let mut queries = vec![vec![String::new()]];
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let (name, schema) = (parameter["name"].as_str().unwrap_or_default(), &parameter["schema"]);
        if parameter["in"] != "query" || name == "cursor" {
            continue;
        }
        let values = values(name, schema, task);
        queries.push(values.into_iter().map(|value| format!("{name}={value}")).collect());
    }
    queries
}

fn values(name: &str, schema: &Value, task: &str) -> Vec<String> {
    let listed = schema["enum"]
        .as_array()
        .map(|all| all.iter().filter_map(Value::as_str).map(str::to_owned).collect());
    if let Some(all) = listed {
        return all;
    }
    let mut values: Vec<String> =
        match (schema["example"].as_str(), schema["format"].as_str(), schema["type"].as_str()) {
            // A list of words: each, and all.
            (Some(words), ..) if words.contains(',') => {
                words.split(',').chain([words]).map(str::to_owned).collect()
            }
            (Some(example), ..) => vec![example.replace('+', "%2B")],
            (_, Some("uuid"), _) => vec![task.to_owned()],
            (_, Some("date-time"), _) => vec!["2020-01-31T17:00:00Z".to_owned()],
            (_, _, Some("boolean")) => vec!["true".to_owned(), "false".to_owned()],
            (_, _, Some("integer")) => vec!["100".to_owned()],
            _ if name == "q" => vec!["number77".to_owned(), "known77".to_owned(), "task".to_owned()],
            _ => Vec::new(),
        };
    for one in schema["anyOf"].as_array().into_iter().flatten() {
        values.extend(
            one["enum"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned),
        );
    }
    values.dedup();
    values
}
