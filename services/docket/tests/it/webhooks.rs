//! Webhooks: signed, tried again, redelivered, and never told of what is somebody else's or led where they must not go.

use serde_json::{Value, json};

use crate::{
    receiver::Receiver,
    world::{Person, World, path},
};

const WEBHOOKS: &str = "/api/notifications/webhooks/";

async fn made(person: &Person, body: Value) -> Value {
    person.post(WEBHOOKS, body).await.expect(201).json
}

fn of(webhook: &Value) -> String {
    format!("{WEBHOOKS}{}/", webhook["id"].as_str().unwrap())
}

/// Waits until the latest delivery of a webhook is in this state.
async fn latest(person: &Person, webhook: &Value, status: &str) -> Value {
    testkit::eventually(&format!("a delivery to be {status}"), async || {
        let log = person.get(&format!("{}deliveries/", of(webhook))).await.expect(200);
        log.results().first().filter(|one| one["status"] == status).cloned()
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn my_notifications_reach_my_program_and_nobody_elses_do() {
    let world = World::start().await;
    let (ann, bob) = (world.person().await, world.person().await);
    let receiver = Receiver::start().await;
    let webhook = made(&ann, json!({"url": receiver.url(), "description": "mine"})).await;
    assert_eq!((&webhook["scope"], &webhook["status"]), (&json!("own"), &json!("enabled")));
    assert!(webhook["secret"].as_str().unwrap().starts_with("whsec_"));

    world.task(json!({"title": "not Ann's", "assigned_to": bob.email})).await;
    let task = world.task(json!({"title": "Ann's", "assigned_to": ann.email})).await;
    let taken = receiver.take(1).await.remove(0);
    assert_eq!(taken.header("content-type"), "application/json");
    let body: Value = serde_json::from_str(&taken.body).unwrap();
    assert_eq!(body["type"], "notification.assigned");
    assert_eq!((&body["data"]["task"], &body["data"]["task_title"]), (&task["id"], &json!("Ann's")));
    let told = ann.get("/api/notifications/").await.expect(200).results()[0].clone();
    assert_eq!((&body["data"]["id"], &body["data"]["message"]), (&told["id"], &told["message"]));

    let log = latest(&ann, &webhook, "sent").await;
    assert_eq!((&log["response_status"], &log["attempts"]), (&json!(200), &json!(1)));
    assert_eq!(
        (&log["message_id"], &log["response_body"]),
        (&json!(taken.header("webhook-id")), &json!("taken"))
    );

    // Everything of it is its owner's alone, and its secret is shown no more.
    assert!(ann.get(&of(&webhook)).await.expect(200).json.get("secret").is_none());
    let delivery = format!("{WEBHOOKS}deliveries/{}/", log["id"].as_str().unwrap());
    ann.get(&delivery).await.expect(200);
    for path in [of(&webhook), format!("{}deliveries/", of(&webhook)), delivery.clone()] {
        bob.get(&path).await.expect(404);
        world.anyone.get(&path).await.expect(401);
    }
    for path in [format!("{}test/", of(&webhook)), format!("{}rotate-secret/", of(&webhook))] {
        bob.send(reqwest::Method::POST, &path, None).await.expect(404);
    }
    bob.send(reqwest::Method::POST, &format!("{delivery}redeliver/"), None).await.expect(404);
    bob.delete(&of(&webhook)).await.expect(404);
    assert!(bob.get(WEBHOOKS).await.expect(200).results().is_empty());
    let admins = world.admin.get("/api/notifications/deliveries/?channel=webhook").await.expect(200);
    assert_eq!(admins.results()[0]["recipient"], webhook["url"]);

    ann.delete(&of(&webhook)).await.expect(204);
    ann.get(&of(&webhook)).await.expect(404);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn administrators_may_hear_of_everything_and_choose() {
    let world = World::start().await;
    let ann = world.person().await;
    let (all, some) = (Receiver::start().await, Receiver::start().await);
    // What happened before, nobody is to hear of.
    world.settled().await;
    ann.post(WEBHOOKS, json!({"url": all.url(), "scope": "all"})).await.expect(403);
    made(&world.admin, json!({"url": all.url(), "scope": "all"})).await;
    let chosen = json!({"url": some.url(), "scope": "all", "event_types": ["task.deleted", "task.deleted"]});
    let some_webhook = made(&world.admin, chosen).await;
    assert_eq!(some_webhook["event_types"], json!(["task.deleted"]));

    let task = world.task(json!({"title": "T", "assigned_to": ann.email})).await;
    world.admin.delete(&path(&task)).await.expect(204);
    let types = |taken: Vec<crate::receiver::Taken>| {
        let mut types: Vec<_> = taken.iter().map(|one| one.json()["type"].clone()).collect();
        types.sort_by_key(ToString::to_string);
        types
    };
    let told = types(all.take(3).await);
    assert_eq!(told, [json!("task.assigned"), json!("task.created"), json!("task.deleted")]);
    let told = some.take(1).await;
    assert_eq!(told[0].json()["data"]["task"]["id"], task["id"]);

    // Whoever is no administrator any more hears nothing more.
    let other = world.another_admin().await;
    let receiver = Receiver::start().await;
    made(&other, json!({"url": receiver.url(), "scope": "all", "event_types": ["task.created"]})).await;
    world.admin.patch(&other.path(), json!({"role": "user"})).await.expect(200);
    world.settled().await;
    world.task(json!({"title": "secret"})).await;
    all.take_where(1, |one| one.json()["data"]["task"]["title"] == "secret").await;
    assert!(receiver.taken().is_empty());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_is_kept_and_redelivered_under_the_same_id() {
    let world = World::start().await;
    let ann = world.person().await;
    let receiver = Receiver::start().await;
    receiver.answer(500, "out of order");
    let webhook = made(&ann, json!({"url": receiver.url()})).await;
    ann.send(reqwest::Method::POST, &format!("{}test/", of(&webhook)), None).await.expect(200);
    let first = receiver.take(1).await.remove(0);
    let failed = testkit::eventually("the failure to be written down", async || {
        let log = ann.get(&format!("{}deliveries/", of(&webhook))).await.expect(200);
        log.results().first().filter(|one| one["response_status"] == 500).cloned()
    })
    .await;
    assert_eq!((&failed["status"], &failed["response_body"]), (&json!("queued"), &json!("out of order")));
    assert!(failed["next_attempt_at"].is_string());
    assert!(ann.get(&of(&webhook)).await.expect(200).json["failing_since"].is_string());
    let delivery = format!("{WEBHOOKS}deliveries/{}/", failed["id"].as_str().unwrap());
    ann.send(reqwest::Method::POST, &format!("{delivery}redeliver/"), None).await.expect(409);

    // Its time comes; 410 is the end of it.
    receiver.answer(410, "");
    world.execute("UPDATE notification.webhook_deliveries SET next_attempt_at = now()");
    let gone = latest(&ann, &webhook, "failed").await;
    assert_eq!((&gone["attempts"], &gone["response_status"]), (&json!(2), &json!(410)));
    let now = ann.get(&of(&webhook)).await.expect(200);
    assert_eq!((&now.json["status"], &now.json["disabled_reason"]), (&json!("disabled"), &json!("gone")));
    // Whose it is would not miss what does not come, and is told.
    let told = ann.get("/api/notifications/?type=webhook_disabled").await.expect(200);
    let [told] = told.results() else { panic!("told once: {}", told.text) };
    assert_eq!(
        (&told["task"], &told["task_title"], &told["actor"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    let sentence = "Your webhook “127.0.0.1” was disabled: its address says that it is gone for good (410).";
    assert_eq!(told["message"], sentence);
    ann.send(reqwest::Method::POST, &format!("{delivery}redeliver/"), None).await.expect(409);

    receiver.answer(200, "taken");
    ann.patch(&of(&webhook), json!({"status": "enabled"})).await.expect(200);
    ann.send(reqwest::Method::POST, &format!("{delivery}redeliver/"), None).await.expect(200);
    let sent = latest(&ann, &webhook, "sent").await;
    assert_eq!(sent["attempts"], 1);
    let ids: Vec<_> = receiver.taken().iter().map(|one| one.header("webhook-id").to_owned()).collect();
    assert_eq!(ids, [first.header("webhook-id"), first.header("webhook-id"), first.header("webhook-id")]);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_leads_to_no_place_inside() {
    let world = World::start().await;
    let ann = world.person().await;
    for url in [
        "http://10.0.0.1/",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/",
        "https://[fd00::1]/",
        "https://0x0a.1/",
        "ftp://example.org/",
        "https://user:word@example.org/",
        "no url",
    ] {
        let refused = ann.post(WEBHOOKS, json!({"url": url})).await.expect(422);
        assert!(refused.json["errors"]["url"].is_array(), "{url}: {}", refused.text);
    }
    // A redirect leads nowhere, …
    let receiver = Receiver::start().await;
    receiver.redirect("http://127.0.0.1:1/");
    let webhook = made(&ann, json!({"url": receiver.url()})).await;
    let test = format!("{}test/", of(&webhook));
    ann.send(reqwest::Method::POST, &test, None).await.expect(200);
    let refused = tried(&ann, &webhook).await;
    assert_eq!(refused["response_status"], 302);
    assert_eq!(receiver.taken().len(), 1);
    // … and an address that was allowed when it was set is judged again at each connection.
    world.execute("UPDATE notification.webhooks SET url = 'https://10.0.0.1/'");
    world.execute("UPDATE notification.webhook_deliveries SET next_attempt_at = now(), answer = NULL");
    let refused = tried(&ann, &webhook).await;
    assert_eq!(refused["answer"], "it does not lead to a public address");
    assert_eq!(refused["response_status"], Value::Null);
    world.end().await;
}

async fn tried(person: &Person, webhook: &Value) -> Value {
    testkit::eventually("an attempt to be written down", async || {
        let log = person.get(&format!("{}deliveries/", of(webhook))).await.expect(200);
        log.results().first().filter(|one| one["answer"].is_string()).cloned()
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_about_webhooks_is_checked() {
    let world = World::start().await;
    let ann = world.person().await;
    let receiver = Receiver::start().await;
    let url = receiver.url();
    for (body, field) in [
        (json!({}), "url"),
        (json!({"url": url, "colour": "red"}), "colour"),
        (json!({"url": url, "scope": "some"}), "scope"),
        (json!({"url": url, "event_types": ["task.created"]}), "event_types"),
        (json!({"url": url, "event_types": ["nonsense"]}), "event_types"),
        (json!({"url": url, "event_types": "task.created"}), "event_types"),
        (json!({"url": url, "description": "x".repeat(256)}), "description"),
        (json!({"url": format!("{url}{}", "x".repeat(2048))}), "url"),
    ] {
        let refused = ann.post(WEBHOOKS, body.clone()).await.expect(422);
        assert!(refused.json["errors"][field].is_array(), "{body}: {}", refused.text);
    }
    let keyed = ann.with_header("Idempotency-Key", "once");
    let first = keyed.post(WEBHOOKS, json!({"url": url})).await.expect(201);
    let again = keyed.post(WEBHOOKS, json!({"url": url})).await.expect(201);
    assert_eq!((first.json, again.header("idempotency-replayed")), (again.json.clone(), "true"));
    let webhook = again.json;
    // Its secret is kept where it is kept itself, so there is nothing left to say again.
    let keyed = ann.with_header("Idempotency-Key", "deleted-since");
    let deleted = keyed.post(WEBHOOKS, json!({"url": url})).await.expect(201).json;
    ann.delete(&of(&deleted)).await.expect(204);
    keyed.post(WEBHOOKS, json!({"url": url})).await.expect(409);
    let stale = ann.with_header("If-Match", "\"nonsense\"");
    stale.patch(&of(&webhook), json!({"description": "new"})).await.expect(412);
    let changed =
        json!({"description": "new", "event_types": ["notification.re_assigned"], "status": "disabled"});
    let changed = ann.patch(&of(&webhook), changed).await.expect(200).json;
    assert_eq!((&changed["disabled_reason"], &changed["description"]), (&json!("requested"), &json!("new")));
    ann.send(reqwest::Method::POST, &format!("{}test/", of(&webhook)), None).await.expect(409);
    for _ in 1..20 {
        made(&ann, json!({"url": url})).await;
    }
    ann.post(WEBHOOKS, json!({"url": url})).await.expect(409);
    assert_eq!(ann.get(&format!("{WEBHOOKS}?count=true&limit=2")).await.expect(200).json["count"], 20);
    world.end().await;
}
