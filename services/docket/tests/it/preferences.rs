//! Preferences: read, changed, refused, and followed.

use serde_json::{Value, json};

use crate::world::World;

const PATH: &str = "/api/notifications/preferences/";

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_sent_changes_and_what_was_read_can_be_sent_back() {
    let world = World::start().await;
    let ann = world.person().await;
    let usual = ann.get(PATH).await.expect(200).json;
    assert_eq!(usual["types"]["task_due"], json!({"in_app": true, "email": true, "webhook": true}));
    for (name, value) in [
        ("remind_before_minutes", json!(1440)),
        ("remind_again_before_minutes", json!([])),
        ("quiet_hours", json!(null)),
        ("digest", json!("off")),
        ("digest_hour", json!(8)),
        ("digest_weekday", json!("monday")),
        ("language", json!("en")),
    ] {
        assert_eq!(usual[name], value, "{name}");
    }
    assert_eq!(ann.put(PATH, usual.clone()).await.expect(200).json, usual);

    let change = json!({
        "types": {"assigned": {"email": false}}, "remind_before_minutes": [1440, 60, 10], "digest": "weekly",
        "digest_weekday": "friday", "quiet_hours": {"from": "22:00", "to": "07:00"}, "language": "de",
    });
    let wanted = ann.put(PATH, change).await.expect(200).json;
    assert_eq!(wanted["types"]["assigned"], json!({"in_app": true, "email": false, "webhook": true}));
    assert_eq!(wanted["types"]["task_due"], usual["types"]["task_due"]);
    assert_eq!(wanted["remind_before_minutes"], 1440);
    assert_eq!(wanted["remind_again_before_minutes"], json!([60, 10]));
    assert_eq!(wanted["quiet_hours"], json!({"from": "22:00", "to": "07:00"}));
    assert_eq!((&wanted["digest"], &wanted["digest_weekday"]), (&json!("weekly"), &json!("friday")));
    assert_eq!(ann.get(PATH).await.expect(200).json, wanted);

    // The number of the contract changes the first reminder alone; null ends the quiet hours.
    let next =
        ann.put(PATH, json!({"remind_before_minutes": 120, "quiet_hours": null})).await.expect(200).json;
    assert_eq!(
        (&next["remind_before_minutes"], &next["remind_again_before_minutes"]),
        (&json!(120), &json!([60, 10]))
    );
    assert_eq!(next["quiet_hours"], json!(null));
    assert_eq!(next["language"], "de");
    // A state that was read before is refused.
    ann.put(PATH, wanted).await.expect(412);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_acceptable_is_named_and_changes_nothing() {
    let world = World::start().await;
    let ann = world.person().await;
    for (field, value) in [
        ("remind_before_minutes", json!(4)),
        ("remind_before_minutes", json!([])),
        ("remind_before_minutes", json!([5, 6, 7, 8, 9, 10])),
        ("remind_again_before_minutes", json!([20_161])),
        ("remind_again_before_minutes", json!(60)),
        ("quiet_hours", json!({"from": "22:00", "to": "22:00"})),
        ("quiet_hours", json!({"from": "22:00", "to": "25:00", "zone": "UTC"})),
        ("digest", json!("hourly")),
        ("digest_hour", json!(24)),
        ("digest_weekday", json!("Monday")),
        ("language", json!("fr")),
        ("types", json!({"assigned": {"sms": true}})),
        ("sound", json!(true)),
    ] {
        let answer =
            ann.put(PATH, json!({field: value.clone(), "digest": value_of(field)})).await.expect(422);
        assert!(answer.json["errors"][field].is_array(), "{field} {value}: {}", answer.text);
    }
    assert_eq!(ann.get(PATH).await.expect(200).json["version"], 0);
    world.end().await;
}

/// Beside a faulty field stands a good one, which must not be taken either.
fn value_of(field: &str) -> Value {
    if field == "digest" { json!("hourly") } else { json!("daily") }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_off_in_the_app_is_neither_listed_nor_counted_and_words_are_the_readers() {
    let world = World::start().await;
    let ann = world.person().await;
    let change = json!({"types": {"assigned": {"in_app": false}}, "language": "de"});
    ann.put(PATH, change).await.expect(200);
    let task = world.task(json!({"title": "Bericht", "assigned_to": ann.email})).await;
    world.admin.patch(&crate::world::path(&task), json!({"assigned_to": null})).await.expect(200);
    assert_eq!(ann.told_eventually(1).await, ["unassigned"]);
    let told = ann.get("/api/notifications/").await.expect(200).results()[0].clone();
    let words = format!("{} hat deine Zuweisung zur Aufgabe „Bericht“ aufgehoben.", world.admin.email);
    assert_eq!(told["message"], words.as_str());
    assert_eq!(ann.get("/api/notifications/unread-count/").await.expect(200).json["unread"], 1);
    world.end().await;
}
