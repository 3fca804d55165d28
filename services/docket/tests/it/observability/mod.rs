//! What the alert rules and the dashboard ask for, the services tell: from their start, before anything has gone wrong. A
//! counter that comes into being with its first fault has never risen, so its alert would be silent.

mod exposition;
mod promql;

use std::fs;

use serde_json::{Value, json};
use testkit::Client;

use crate::{traces::Collector, world::World};
use exposition::Series;
use promql::Expression;

const DIRECTORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/observability/");

/// Each expression, with the name of the alert or the panel.
fn expressions() -> Vec<(String, String)> {
    let mut all = Vec::new();
    let rules = fs::read_to_string(format!("{DIRECTORY}alerts.yml")).unwrap();
    for rule in rules.split("- alert: ").skip(1) {
        let name = rule.lines().next().unwrap();
        let (_, rest) = rule.split_once("expr: ").unwrap();
        // Up to the next key of the rule; `>` says that it goes over several lines.
        let end = rest.find("\n        for:").or_else(|| rest.find("\n        labels:")).unwrap();
        all.push((name.to_owned(), rest[..end].trim_start_matches('>').to_owned()));
    }
    let dashboard: Value =
        serde_json::from_str(&fs::read_to_string(format!("{DIRECTORY}dashboard.json")).unwrap()).unwrap();
    for panel in dashboard["panels"].as_array().unwrap() {
        for target in panel["targets"].as_array().into_iter().flatten() {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            all.push((text(&panel["title"]), text(&target["expr"])));
        }
    }
    all
}

/// What of an expression is not told.
fn missing(expression: &str, told: &[Series]) -> Vec<String> {
    let parsed = Expression::parse(expression);
    assert!(!parsed.selectors.is_empty(), "{expression}");
    let mut missing = Vec::new();
    let mut labels = parsed.grouped_by;
    for selector in parsed.selectors.iter().filter(|selector| selector.metric != "up") {
        let fitting: Vec<_> = told.iter().filter(|series| series.fits(selector)).collect();
        if fitting.is_empty() {
            missing.push(format!("{selector:?}"));
        }
        labels.retain(|label| !fitting.iter().any(|series| series.labels.contains_key(label)));
    }
    // Whether a service is up, Prometheus says itself.
    if parsed.selectors.iter().all(|selector| selector.metric == "up") {
        labels.clear();
    }
    missing.extend(labels.into_iter().map(|label| format!("a label {label}")));
    missing
}

#[tokio::test(flavor = "multi_thread")]
async fn what_rules_and_dashboard_ask_for_is_told_before_anything_went_wrong() {
    let collector = Collector::start();
    let world = World::traced(None, &collector.url).await;
    let ann = world.person().await;
    world.task(json!({"title": "T", "assigned_to": ann.email})).await;
    ann.told_eventually(1).await;
    ann.get("/api/users/dashboard/").await.expect(200);
    let expressions = expressions();
    assert!(expressions.len() > 30, "{expressions:#?}");
    // What is looked at in turns, such as the length of queues, is there after the first turn.
    let mut before = Vec::new();
    testkit::eventually("all that rules and dashboard ask for", async || {
        let told = told(&world).await;
        let missing = |(name, expression): &(String, String)| {
            let missing = missing(expression, &told);
            (!missing.is_empty()).then(|| format!("{name}: {}", missing.join(", ")))
        };
        let faults: Vec<_> = expressions.iter().filter_map(missing).collect();
        if faults != before {
            eprintln!("not told yet: {faults:#?}");
            before.clone_from(&faults);
        }
        faults.is_empty().then_some(())
    })
    .await;
    world.end().await;
}

/// All that the three services tell at this moment.
async fn told(world: &World) -> Vec<Series> {
    let mut told = Vec::new();
    for (name, address) in world.system.signs_of_life() {
        let answer = Client::new(&format!("http://{address}")).get("/metrics").await.expect(200);
        told.extend(exposition::read(name, &answer.text));
    }
    told
}
