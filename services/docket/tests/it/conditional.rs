//! Conditional requests: `ETag`, `If-None-Match`, `If-Match`, and deployments that insist on it.

use reqwest::Method;
use serde_json::json;
use service_kit::settings::EdgeSettings;

use crate::world::{World, path};

#[tokio::test(flavor = "multi_thread")]
async fn single_resources_have_a_strong_tag_and_need_not_be_sent_twice() {
    let world = World::start().await;
    let task = path(&world.task(json!({"title": "a", "assigned_to": world.admin.email})).await);
    for url in [task.as_str(), "/api/users/me/", "/api/notifications/preferences/"] {
        let first = world.admin.get(url).await.expect(200);
        let tag = first.header("etag");
        assert!(tag.starts_with('"') && tag.ends_with('"') && tag.len() > 2, "{url}: {tag}");
        let again = world.admin.with_header("If-None-Match", tag).get(url).await.expect(304);
        assert_eq!((again.header("etag"), again.text.as_str()), (tag, ""), "{url}");
        // Weak comparison, lists and the asterisk are as good; another tag is not.
        for same in [format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned()] {
            world.admin.with_header("If-None-Match", &same).get(url).await.expect(304);
        }
        world.admin.with_header("If-None-Match", "\"x\"").get(url).await.expect(200);
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_on_a_stale_state_changes_nothing() {
    let world = World::start().await;
    let task = path(&world.task(json!({"title": "a"})).await);
    let tag = world.admin.get(&task).await.expect(200).header("etag").to_owned();
    let changed =
        world.admin.with_header("If-Match", &tag).patch(&task, json!({"title": "b"})).await.expect(200);
    let present = changed.header("etag").to_owned();
    assert_ne!(present, tag);
    for method in [Method::PATCH, Method::PUT] {
        let stale = world.admin.with_header("If-Match", &tag);
        stale.send(method.clone(), &task, Some(json!({"title": "c"}))).await.expect(412);
        let weak = world.admin.with_header("If-Match", &format!("W/{present}"));
        weak.send(method, &task, Some(json!({"title": "c"}))).await.expect(412);
    }
    world.admin.with_header("If-Match", &tag).send(Method::DELETE, &task, None).await.expect(412);
    let kept = world.admin.get(&task).await.expect(200);
    assert_eq!((kept.json["title"].as_str(), kept.header("etag")), (Some("b"), present.as_str()));
    // A change that changes nothing keeps the state, and so its tag.
    let same =
        world.admin.with_header("If-Match", &present).patch(&task, json!({"title": "b"})).await.expect(200);
    assert_eq!(same.header("etag"), present);
    world.admin.with_header("If-Match", "*").send(Method::DELETE, &task, None).await.expect(204);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_may_insist_on_if_match() {
    let world = World::with_edge(EdgeSettings { require_if_match: true, ..EdgeSettings::default() }).await;
    let task = path(&world.task(json!({"title": "a"})).await);
    for (method, url) in [
        (Method::PATCH, task.as_str()),
        (Method::PUT, &task),
        (Method::DELETE, &task),
        (Method::PATCH, "/api/users/me/"),
        (Method::PUT, "/api/notifications/preferences/"),
    ] {
        let body = (method != Method::DELETE).then(|| json!({}));
        let refused = world.admin.send(method.clone(), url, body.clone()).await.expect(428);
        assert_eq!(refused.json["type"], "/problems/precondition-required", "{method} {url}");
        let tag = world.admin.get(url).await.expect(200).header("etag").to_owned();
        let taken = world.admin.with_header("If-Match", &tag).send(method.clone(), url, body).await;
        assert!(taken.status < 300, "{method} {url}: {}", taken.text);
        if method == Method::DELETE {
            world.admin.get(url).await.expect(404);
        }
    }
    world.end().await;
}
