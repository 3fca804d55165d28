//! Many operations in one call: each is what the single call is, all in one transaction.

use serde_json::{Value, json};

use crate::world::{World, path};

const BULK: &str = "/api/tasks/bulk/";

fn statuses(results: &Value) -> Vec<i64> {
    results.as_array().unwrap().iter().map(|result| result["status"].as_i64().unwrap()).collect()
}

fn create(title: &str) -> Value {
    json!({"op": "create", "task": {"title": title}})
}

fn update(task: &Value, changes: &Value) -> Value {
    json!({"op": "update", "id": task["id"], "changes": changes})
}

fn delete(task: &Value) -> Value {
    json!({"op": "delete", "id": task["id"]})
}

#[tokio::test(flavor = "multi_thread")]
async fn each_operation_does_what_the_single_call_does() {
    let world = World::start().await;
    let (ann, bob) = (world.person().await, world.person().await);
    let (old, gone) = (
        world.task(json!({"title": "old", "assigned_to": ann.email})).await,
        world.task(json!({"title": "gone"})).await,
    );
    let operations = json!([
        {"op": "create", "task": {"title": " new ", "priority": "high", "due_date": "2030-01-31", "assigned_to": bob.email}},
        {"op": "update", "id": old["id"], "if_version": 1, "changes": {"title": "changed", "assigned_to": bob.email}},
        {"op": "delete", "id": gone["id"]},
    ]);
    let answer = world.admin.post(BULK, json!({"operations": operations})).await.expect(200).json;
    assert_eq!(
        (&answer["mode"], &answer["succeeded"], &answer["failed"]),
        (&json!("atomic"), &json!(3), &json!(0))
    );
    assert_eq!(statuses(&answer["results"]), [201, 200, 204]);
    let (new, changed) = (&answer["results"][0]["task"], &answer["results"][1]["task"]);
    assert_eq!(
        (&new["title"], &new["version"], &new["due_date"]),
        (&json!("new"), &json!(1), &json!("2030-01-31T23:59:59Z"))
    );
    for task in [new, changed] {
        assert_eq!(&world.admin.get(&path(task)).await.expect(200).json, task);
        assert_eq!(task["assigned_to"], bob.email.as_str());
    }
    world.admin.get(&path(&gone)).await.expect(404);
    world.admin.send(reqwest::Method::POST, &format!("{}restore/", path(&gone)), None).await.expect(200);
    // History and news are those of single calls.
    let history = world.admin.get(&format!("{}history/", path(changed))).await.expect(200);
    let fields: Vec<&str> = history.results().iter().map(|row| row["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["assigned_to", "title", "created"]);
    world.settled().await;
    assert_eq!(ann.told().await, ["assigned", "unassigned"]);
    // Of two tasks, which of them is told of first is not promised.
    let mut told = bob.told().await;
    told.sort();
    assert_eq!(told, ["assigned", "re-assigned"]);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn atomic_is_all_or_nothing_and_tells_of_each() {
    let world = World::start().await;
    let ann = world.person().await;
    let task = world.task(json!({"title": "T"})).await;
    let operations = json!([
        {"op": "create", "task": {"title": "new", "assigned_to": ann.email}},
        {"op": "create", "task": {"title": " ", "status": "doing"}},
        {"op": "create", "task": {"title": "x", "assigned_to": "nobody@example.org"}},
        {"op": "update", "id": task["id"], "if_version": 7, "changes": {"title": "U"}},
        {"op": "update", "id": "00000000-0000-7000-8000-000000000000", "changes": {"title": "U"}},
        {"op": "merge"},
        {"op": "delete", "id": task["id"]},
    ]);
    let answer =
        world.admin.post(BULK, json!({"mode": "atomic", "operations": operations})).await.expect(422);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.json["type"], "/problems/bulk-not-applied");
    assert_eq!(statuses(&answer.json["results"]), [424, 422, 422, 412, 404, 422, 424]);
    let errors = |index: usize| answer.json["results"][index]["problem"]["errors"].clone();
    assert!(errors(1)["title"].is_array() && errors(1)["status"].is_array(), "{}", answer.text);
    assert!(errors(2)["assigned_to"].is_array() && errors(5)["op"].is_array(), "{}", answer.text);
    assert_eq!(world.admin.get("/api/tasks/").await.results(), std::slice::from_ref(&task));
    world.settled().await;
    assert!(ann.told().await.is_empty());
    // The same, each by itself.
    let answer =
        world.admin.post(BULK, json!({"mode": "independent", "operations": operations})).await.expect(200);
    assert_eq!(statuses(&answer.json["results"]), [201, 422, 422, 412, 404, 422, 204]);
    assert_eq!((&answer.json["succeeded"], &answer.json["failed"]), (&json!(2), &json!(5)));
    assert_eq!(ann.told_eventually(1).await, ["assigned"]);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn operations_on_one_task_follow_each_other() {
    let world = World::start().await;
    let task = world.task(json!({"title": "T"})).await;
    let operations = json!([
        update(&task, &json!({"title": "U"})),
        update(&task, &json!({"title": "U", "status": "todo"})),
        {"op": "update", "id": task["id"], "if_version": 2, "changes": {"status": "completed"}},
        delete(&task),
        update(&task, &json!({"title": "V"})),
        delete(&task),
    ]);
    let answer =
        world.admin.post(BULK, json!({"mode": "independent", "operations": operations})).await.expect(200);
    let results = &answer.json["results"];
    assert_eq!(statuses(results), [200, 200, 200, 204, 404, 404]);
    let versions: Vec<_> = (0..3).map(|index| results[index]["task"]["version"].as_i64().unwrap()).collect();
    assert_eq!(versions, [2, 2, 3], "what changes nothing is no version");
    let restored =
        world.admin.send(reqwest::Method::POST, &format!("{}restore/", path(&task)), None).await.expect(200);
    assert_eq!(
        (&restored.json["title"], &restored.json["status"], &restored.json["version"]),
        (&json!("U"), &json!("completed"), &json!(5))
    );
    let history = world.admin.get(&format!("{}history/", path(&task))).await.expect(200);
    let fields: Vec<&str> = history.results().iter().map(|row| row["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["restored", "deleted", "status", "title", "created"]);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assignee_moves_the_status_of_their_own_tasks_and_nothing_else() {
    let world = World::start().await;
    let (ann, bob) = (world.person().await, world.person().await);
    let (mine, theirs) = (
        world.task(json!({"title": "mine", "assigned_to": ann.email})).await,
        world.task(json!({"title": "theirs", "assigned_to": bob.email})).await,
    );
    let operations = json!([
        update(&mine, &json!({"status": "completed"})),
        update(&mine, &json!({"title": 5})),
        update(&mine, &json!({"assigned_to": "nobody@example.org"})),
        update(&theirs, &json!({"status": "completed"})),
        update(&theirs, &json!({"title": 5})),
        delete(&mine),
        delete(&theirs),
        create("new"),
        {"op": "create", "task": {}},
    ]);
    let answer = ann.post(BULK, json!({"mode": "independent", "operations": operations})).await.expect(200);
    assert_eq!(statuses(&answer.json["results"]), [200, 403, 403, 404, 404, 403, 404, 403, 403]);
    ann.post(BULK, json!({"operations": [delete(&mine)]})).await.expect(422);
    world.anyone.post(BULK, json!({"operations": [create("x")]})).await.expect(401);
    assert_eq!(world.admin.get("/api/tasks/").await.results().len(), 2);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_no_call_is_refused_as_a_whole() {
    let world = World::start().await;
    for (body, field) in [
        (json!({}), "operations"),
        (json!({"operations": []}), "operations"),
        (json!({"operations": {}}), "operations"),
        (json!({"operations": vec![create("T"); 1001]}), "operations"),
        (json!({"operations": [create("T")], "mode": "all"}), "mode"),
        (json!({"operations": [create("T")], "atomic": true}), "atomic"),
    ] {
        let answer = world.admin.post(BULK, body).await.expect(422);
        assert!(answer.json["errors"][field].is_array(), "{field}: {}", answer.text);
    }
    let long = "x".repeat(20_000);
    let too_large = vec![json!({"op": "create", "task": {"title": "T", "description": long}}); 250];
    let answer = world.admin.post(BULK, json!({"operations": too_large})).await.expect(413);
    assert!(answer.text.contains("4194304"), "{}", answer.text);
    world.admin.post(&format!("{BULK}?mode=atomic"), json!({"operations": [create("T")]})).await.expect(400);
    assert!(world.admin.get("/api/tasks/").await.results().is_empty());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_are_done_once_with_one_key() {
    let world = World::start().await;
    let operations: Vec<Value> = (0..1000).map(|number| create(&format!("Task {number}"))).collect();
    let once = world.admin.with_header("Idempotency-Key", "bulk-1");
    let first = once.post(BULK, json!({"operations": operations})).await.expect(200);
    let second = once.post(BULK, json!({"operations": operations})).await.expect(200);
    assert_eq!(second.header("idempotency-replayed"), "true");
    assert_eq!(first.text, second.text);
    assert_eq!(first.json["succeeded"], 1000);
    once.post(BULK, json!({"operations": [create("other")]})).await.expect(422);
    assert_eq!(world.admin.get("/api/tasks/?count=true").await.json["count"], 1000);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nul_that_a_fault_tells_of_is_told_again() {
    let world = World::start().await;
    let keyed = world.admin.with_header("Idempotency-Key", "nul");
    let body = json!({"mode": "independent", "operations": [{"op": "create", "task": {"a\u{0}b": 1}}]});
    let first = keyed.post("/api/tasks/bulk/", body.clone()).await.expect(200);
    let again = keyed.post("/api/tasks/bulk/", body).await.expect(200);
    assert!(first.json["results"][0].to_string().contains("a\u{2400}b"), "{}", first.json);
    assert_eq!((first.json, again.header("idempotency-replayed")), (again.json.clone(), "true"));
    world.end().await;
}
