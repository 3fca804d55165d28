//! The two ways in which clients make tasks that are there once, whatever dies meanwhile.

use std::time::Duration;

use anyhow::bail;
use rand::{Rng as _, rngs::StdRng};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{
    api::{Api, PATIENCE},
    people::Person,
    writers::Task,
};

/// What was sent and not answered has been written by then, or will never be: longer than a request waits for a connection.
const SETTLED: Duration = Duration::from_secs(5);

/// With an `Idempotency-Key`: said again until it is answered.
pub async fn with_key(
    admin: &Api,
    people: &[Person],
    assignee: usize,
    rng: &mut StdRng,
) -> anyhow::Result<Task> {
    let key = format!("create-{:032x}", rng.random::<u128>());
    let body = json!({"title": key, "assigned_to": people[assignee].email});
    let task = admin.call(Method::POST, "/api/tasks/", Some(&body), Some(&key)).await?;
    Ok(made(&task, assignee))
}

/// Without one: whoever was not answered looks whether they were heard, before they say it again. Such tasks are written in
/// groups.
pub async fn without_key(
    admin: &Api,
    people: &[Person],
    assignee: usize,
    rng: &mut StdRng,
) -> anyhow::Result<Task> {
    let title = one_word(rng);
    let body = json!({"title": title, "assigned_to": people[assignee].email});
    let give_up = Instant::now() + PATIENCE;
    while Instant::now() < give_up {
        if let Some(task) = admin.call_once(Method::POST, "/api/tasks/", Some(&body)).await? {
            return Ok(made(&task, assignee));
        }
        tokio::time::sleep(SETTLED).await;
        let found = admin.call(Method::GET, &format!("/api/tasks/?q={title}"), None, None).await?;
        if let Some(task) = found["results"].get(0) {
            return Ok(made(task, assignee));
        }
    }
    bail!("a new task was not answered within {PATIENCE:?}")
}

fn made(task: &Value, assignee: usize) -> Task {
    Task { id: task["id"].as_str().unwrap_or_default().to_owned(), assignees: vec![assignee] }
}

/// Letters alone: it is found by a search.
fn one_word(rng: &mut StdRng) -> String {
    (0..24).map(|_| char::from(rng.random_range(b'a'..=b'z'))).collect()
}
