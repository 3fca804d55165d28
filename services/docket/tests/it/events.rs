//! What is said on the bus has the shape of the samples that every consumer is tested with (`crates/events/samples`).

use std::collections::{BTreeMap, BTreeSet};

use diesel::{QueryableByName, RunQueryDsl as _, sql_query, sql_types::Text};
use events::RoutingKey;
use reqwest::Method;
use serde_json::{Value, json};

use crate::world::{World, path, sign_in};

#[derive(QueryableByName)]
struct Said {
    #[diesel(sql_type = Text)]
    routing_key: String,
    #[diesel(sql_type = Text)]
    body: String,
}

fn sample(key: RoutingKey) -> Value {
    let path = format!("{}/../../crates/events/samples/{key}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).unwrap()
}

/// Where there is something, and of which type. What changed is a matter of the change.
fn shape(value: &Value, at: &str, found: &mut BTreeMap<String, &'static str>) {
    match value {
        Value::Object(fields) if at != "/data/changes" => {
            fields.iter().for_each(|(name, value)| shape(value, &format!("{at}/{name}"), found));
        }
        Value::Array(items) => items.iter().for_each(|item| shape(item, &format!("{at}/*"), found)),
        value => {
            let kind = match value {
                Value::Null => "null",
                Value::Bool(_) => "true or false",
                Value::Number(_) => "a number",
                Value::String(_) => "text",
                Value::Array(_) | Value::Object(_) => "an object",
            };
            found.insert(at.to_owned(), kind);
        }
    }
}

/// In what two events are unlike; null goes for any type, and what nobody asked for belongs to no trace.
fn differences(said: &Value, sample: &Value) -> Vec<String> {
    let (mut one, mut other) = (BTreeMap::new(), BTreeMap::new());
    shape(said, "", &mut one);
    shape(sample, "", &mut other);
    let places: BTreeSet<&String> =
        one.keys().chain(other.keys()).filter(|place| *place != "/traceparent").collect();
    let differ = |place: &&&String| match (one.get(**place), other.get(**place)) {
        (Some(one), Some(other)) => one != other && *one != "null" && *other != "null",
        _ => true,
    };
    let words =
        |place: &String| format!("{place}: {:?}, in the sample {:?}", one.get(place), other.get(place));
    places.iter().filter(differ).map(|place| words(place)).collect()
}

/// Has every kind of event said, each at least once.
async fn everything_happens(world: &World) {
    let (ann, bob) = (world.person().await, world.person().await);
    let task =
        path(&world.task(json!({"title": "Write the report", "due_date": "2999-12-01T17:00:00Z"})).await);
    for change in [
        json!({"assigned_to": ann.email}),
        json!({"assigned_to": bob.email}),
        json!({"status": "completed"}),
        json!({"title": "Write the long report"}),
        json!({"assigned_to": null}),
    ] {
        world.admin.patch(&task, change).await.expect(200);
    }
    world.admin.delete(&task).await.expect(204);
    world.admin.send(Method::POST, &format!("{task}restore/"), None).await.expect(200);

    ann.patch("/api/users/me/", json!({"username": "Ann"})).await.expect(200);
    let token = ann.post("/api/users/me/tokens/", json!({"name": "CI", "scopes": ["tasks:read"]})).await;
    ann.delete(token.expect(201).header("location")).await.expect(204);
    let again = sign_in(&world.anyone, &ann.email).await;
    world.anyone.post("/api/users/logout/", json!({"refresh": again.refresh})).await.expect(204);
    for is_active in [false, true] {
        world.admin.patch(&ann.path(), json!({"is_active": is_active})).await.expect(200);
    }
    world.admin.delete(&ann.path()).await.expect(204);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_event_that_is_said_has_the_shape_of_its_sample() {
    let world = World::start().await;
    everything_happens(&world).await;
    let said = tokio::task::block_in_place(|| {
        let query = "SELECT routing_key, body FROM task.outbox UNION ALL SELECT routing_key, body FROM \"user\".outbox";
        sql_query(query).load::<Said>(&mut world.database.connect("public")).unwrap()
    });
    world.end().await;
    let (mut heard, mut faults) = (BTreeSet::new(), Vec::new());
    for Said { routing_key, body } in said {
        let key: RoutingKey = routing_key.parse().unwrap();
        let found = differences(&serde_json::from_str(&body).unwrap(), &sample(key));
        faults.extend(found.into_iter().map(|fault| format!("{key}{fault}")));
        heard.insert(key);
    }
    assert!(faults.is_empty(), "{faults:#?}");
    assert_eq!(heard, BTreeSet::from(RoutingKey::ALL), "not every event was said");
}
