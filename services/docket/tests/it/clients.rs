//! Clients that others' generators make from `docs/openapi.json` work: a Python one, and a typed TypeScript one.

use std::time::Duration;

use serde_json::json;

use crate::{
    reader::Reader,
    world::{ADMIN, PASSWORD, World},
};

/// Generating and compiling takes a busy machine this long.
const GENERATED: Duration = Duration::from_secs(180);

/// Lets a generated client do its work on a system of its own; what came back is told by the script.
async fn works(script: &str, title: &str) {
    let world = World::start().await;
    let ann = world.person().await;
    world.task(json!({"title": "Told", "assigned_to": ann.email})).await;
    ann.told_eventually(1).await;
    let url = format!("http://{}", world.system.address());
    let input =
        json!({"url": url, "email": ADMIN, "password": PASSWORD, "assignee": ann.email}).to_string() + "\n";
    if let Some(mut reader) = Reader::start(script, &input).await {
        let did = reader.line_within(GENERATED).await;
        let expected = json!({
            "title": title,
            "is_dated": true,
            "replayed": ["true", true],
            "completed": true,
            "stale": 412,
            "bulk": [201, 201, 201],
            "page": [2, 5, true],
            "told": "assigned",
            "invalid": [422, {"title": ["must not be empty"]}],
            "gone": [204, 404],
        });
        assert_eq!(did, expected, "{script}");
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_python_client_is_generated_and_works() {
    works("clients/generated.py", "By Python").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_typescript_client_is_generated_compiled_strictly_and_works() {
    works("clients/generated.mjs", "By TypeScript").await;
}
