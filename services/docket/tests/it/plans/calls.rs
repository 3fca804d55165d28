//! Every GET of the document with each of its parameters, so that a new one is asked with as soon as it is documented.

use futures_util::future::join_all;
use serde_json::{Value, json};
use testkit::Client;

use crate::{
    openapi::operations,
    world::{document::merged, path},
};

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

/// Tasks that are made, changed and moved by several requests at the same time: those are written together. A round does one of
/// these, so that the groups are of one kind.
pub async fn at_once(admin: &Client) {
    const MANY: usize = 16;
    let bodies = |of: fn(usize) -> Value| (0..MANY).map(of);
    for _ in 0..UNTIL_PLANS_ARE_KEPT {
        let tasks = bodies(|number| json!({"title": format!("at once {number}")}));
        let tasks = join_all(tasks.map(|task| admin.post("/api/tasks/", task))).await;
        let paths: Vec<_> = tasks.into_iter().map(|task| path(&task.expect(201).json)).collect();
        let changes: [fn(usize) -> Value; 2] =
            [|number| json!({"title": format!("changed {number}")}), |_| json!({"status": "completed"})];
        for change in changes {
            let changes = paths.iter().zip(bodies(change));
            for answer in join_all(changes.map(|(path, change)| admin.patch(path, change))).await {
                answer.expect(200);
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
