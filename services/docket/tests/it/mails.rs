//! What leaves the app by mail, as administrators see it and as it arrives.

use serde_json::json;

use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn the_delivery_log_tells_administrators_what_became_of_each_mail() {
    let world = World::start().await;
    let (ann, bob) = (world.person().await, world.person().await);
    let task = world.task(json!({"title": "Report", "assigned_to": ann.email})).await;
    world.task(json!({"title": "Other", "assigned_to": bob.email})).await;
    // Mail is not set up in this world, and the log says so.
    let of_ann = format!("/api/notifications/deliveries/?status=skipped&user={}&count=true", ann.id);
    let answer = testkit::eventually("the mail to be settled", async || {
        let answer = world.admin.get(&of_ann).await.expect(200);
        (answer.results().len() == 1).then_some(answer)
    })
    .await;
    assert_eq!(answer.json["count"], 1);
    let mail = answer.results()[0].clone();
    assert_eq!((&mail["channel"], &mail["type"]), (&json!("email"), &json!("assigned")));
    assert_eq!((&mail["task"], &mail["subject"]), (&task["id"], &json!("Assigned to you: Report")));
    assert_eq!((&mail["answer"], &mail["next_attempt_at"]), (&json!("mail is not set up"), &json!(null)));
    assert_eq!(world.admin.get("/api/notifications/deliveries/?channel=webhook").await.results().len(), 0);
    assert_eq!(world.admin.get("/api/notifications/deliveries/?type=assigned").await.results().len(), 2);

    let one = format!("/api/notifications/deliveries/{}/", mail["id"].as_str().unwrap());
    let retry = format!("{one}retry/");
    assert_eq!(world.admin.get(&one).await.expect(200).json["id"], mail["id"]);
    let again = world.admin.post(&retry, json!({})).await.expect(200).json;
    assert_eq!((&again["status"], &again["attempts"]), (&json!("queued"), &json!(0)));

    for (who, status) in [(&ann.client, 403), (&world.anyone, 401)] {
        who.get("/api/notifications/deliveries/").await.expect(status);
        who.get(&one).await.expect(status);
        who.post(&retry, json!({})).await.expect(status);
    }
    world.admin.get("/api/notifications/deliveries/?status=lost").await.expect(400);
    let nobodys = "/api/notifications/deliveries/00000000-0000-7000-8000-000000000000/retry/";
    world.admin.post(nobodys, json!({})).await.expect(404);
    world.end().await;
}
