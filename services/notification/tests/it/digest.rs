//! Digests against the database: one a day with what is not read, none for nothing, and the mails that go by themselves.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use events::{RoutingKey, TaskState};
use notification_service::{
    digest::Gatherer,
    notifications::{inbox::Change, operations},
    preferences::{operations as preferences, requests::PutPreferencesRequest},
};
use service_kit::http::{Fields, IfMatch};
use uuid::Uuid;

use crate::{
    mails::{Post, lines, sender},
    store::{ANN, BOB, Store, event, task},
};

/// A store in which Ann, who lives in `zone`, wants a digest at eight.
async fn with_digest(zone: &str, digest: &str) -> Store {
    let store = Store::open().await;
    store.execute(&format!(
        "INSERT INTO directory_users VALUES ('{ANN}', 'ann@example.org', NULL, 'user', true, '{zone}', NULL, false, 1);
         INSERT INTO preferences (user_id, remind_before_minutes, digest, digest_hour, version)
         VALUES ('{ANN}', 1440, '{digest}', 8, 1)"
    ));
    store
}

fn hear(store: &Store, number: u128, at: DateTime<Utc>) {
    store.hear(&event(RoutingKey::TaskAssigned, &task(number), None)).unwrap();
    store.execute(&format!(
        "UPDATE mails SET created_at = '{}' WHERE subject LIKE '%Task {number}'",
        at.to_rfc3339()
    ));
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn change(store: &Store, title: &str, change: Change) {
    let id = id_of(store, title);
    operations::change(&mut store.connect(), ANN, id, &change, &IfMatch::absent()).unwrap();
}

fn id_of(store: &Store, title: &str) -> Uuid {
    store.told(ANN).iter().find(|row| row.task_title.as_deref() == Some(title)).unwrap().id
}

#[tokio::test]
async fn gathered_mails_go_as_one_at_the_hour_by_task_and_no_other_mail_goes() {
    let store = with_digest("Europe/Berlin", "daily").await;
    hear(&store, 1, at("2026-07-01T10:00:00Z"));
    hear(&store, 2, at("2026-07-01T11:00:00Z"));
    hear(&store, 3, at("2026-07-02T06:30:00Z"));
    let gatherer = Gatherer::new(store.db.clone());
    assert_eq!(gatherer.step(Some(at("2026-07-02T05:59:59Z"))).await.unwrap(), 0);
    let post = Arc::new(Post::default());
    assert_eq!(sender(&store, &post).step().await.unwrap(), 0);
    // It was due at six, Greenwich; what came later waits for the next day.
    assert_eq!(gatherer.step(Some(at("2026-07-02T07:00:00Z"))).await.unwrap(), 1);
    assert_eq!(gatherer.step(Some(at("2026-07-02T07:00:00Z"))).await.unwrap(), 0);
    assert_eq!(sender(&store, &post).step().await.unwrap(), 1);
    let taken = post.taken.lock().unwrap().remove(0);
    assert_eq!(taken.subject, "Your digest: 2 notifications on 2 tasks");
    assert!(
        taken.text.contains("\nTask 1\n- creator@example.org assigned you")
            && taken.text.contains("\nTask 2\n")
    );
    assert!(!taken.text.contains("Task 3"), "{}", taken.text);
    assert!(taken.html.unwrap().contains("Task 2</a></h2>"));
    assert_eq!(lines(&store, "state"), ["digested", "digested", "gathered", "sent"]);
    assert_eq!(gatherer.step(Some(at("2026-07-03T06:00:00Z"))).await.unwrap(), 1);
}

#[tokio::test]
async fn what_was_read_archived_snoozed_or_deleted_meanwhile_is_left_out_and_nothing_makes_no_mail() {
    let store = with_digest("UTC", "daily").await;
    let before = at("2026-07-01T10:00:00Z");
    (1..=5).for_each(|number| hear(&store, number, before));
    change(&store, "Task 1", Change { is_read: Some(true), ..Change::default() });
    change(&store, "Task 2", Change { archived: Some(true), ..Change::default() });
    change(
        &store,
        "Task 3",
        Change { snoozed_until: Some(Some(Utc::now() + TimeDelta::hours(1))), ..Change::default() },
    );
    let id = id_of(&store, "Task 4");
    operations::remove(&mut store.connect(), ANN, id, &IfMatch::absent()).unwrap();
    let gatherer = Gatherer::new(store.db.clone());
    assert_eq!(gatherer.step(Some(at("2026-07-02T08:00:00Z"))).await.unwrap(), 1);
    assert_eq!(lines(&store, "subject").last().unwrap(), "Your digest: 1 notification on 1 task");

    // The next day there is one, and it is read: no digest, also none later on that day.
    hear(&store, 6, at("2026-07-02T10:00:00Z"));
    let read = operations::read_all(&mut store.connect(), ANN, &None, None).unwrap();
    assert!(read.updated > 0);
    assert_eq!(gatherer.step(Some(at("2026-07-03T08:00:00Z"))).await.unwrap(), 0);
    hear(&store, 7, at("2026-07-03T08:30:00Z"));
    assert_eq!(gatherer.step(Some(at("2026-07-03T09:00:00Z"))).await.unwrap(), 0);
    assert_eq!(gatherer.step(Some(at("2026-07-04T08:00:00Z"))).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_replicas_make_one_a_day_while_clocks_change() {
    for (zone, from, days) in [
        ("Australia/Lord_Howe", "2026-10-02T00:00:00Z", 4),
        ("Europe/Berlin", "2026-03-27T00:00:00Z", 4),
        ("America/New_York", "2026-10-30T00:00:00Z", 4),
        ("Pacific/Kiritimati", "2026-01-01T00:00:00Z", 2),
    ] {
        let store = with_digest(zone, "daily").await;
        let from = at(from);
        hear(&store, 1, from - TimeDelta::days(1));
        let mut made = 0;
        for hour in (0..days * 24).step_by(3) {
            let now = from + TimeDelta::hours(hour);
            hear(&store, 100 + u128::from(hour.unsigned_abs()), now);
            let looks = (0..3).map(|_| {
                let gatherer = Gatherer::new(store.db.clone());
                tokio::spawn(async move { gatherer.step(Some(now)).await.unwrap() })
            });
            for look in looks.collect::<Vec<_>>() {
                made += look.await.unwrap();
            }
        }
        let zone_of: chrono_tz::Tz = zone.parse().unwrap();
        let end = from + TimeDelta::hours(days * 24 - 3);
        let spanned =
            (end.with_timezone(&zone_of).date_naive() - from.with_timezone(&zone_of).date_naive()).num_days();
        let made = i64::try_from(made).unwrap();
        // One for each day whose eight o'clock lies inside, and the one that was due before. (`due.rs` counts them.)
        assert!((spanned..=spanned + 2).contains(&made), "{zone}: {made} in {spanned} days");
        let keys = lines(&store, "(SELECT count(*) FROM digests)::text")[0].parse::<i64>().unwrap();
        assert_eq!(keys, made, "{zone}");
    }
}

#[tokio::test]
async fn whoever_wants_no_digest_any_more_gets_what_waits_by_itself() {
    let store = with_digest("UTC", "weekly").await;
    hear(&store, 1, Utc::now());
    let serde_json::Value::Object(body) = serde_json::json!({"digest": "off"}) else { unreachable!() };
    let request: PutPreferencesRequest = Fields::read(body).unwrap();
    preferences::put(&mut store.connect(), ANN, &request, &IfMatch::absent()).unwrap();
    assert_eq!(lines(&store, "state"), ["queued"]);
}

#[tokio::test]
async fn whoever_wants_no_mail_gets_none_that_waits_either() {
    let store = with_digest("UTC", "daily").await;
    hear(&store, 1, Utc::now());
    let of_bob = TaskState { assignee_id: Some(BOB), ..task(2) };
    store.hear(&event(RoutingKey::TaskAssigned, &of_bob, None)).unwrap();
    let conn = &mut store.connect();
    for user in [ANN, BOB, Uuid::from_u128(99)] {
        preferences::stop_mails(conn, user, None).unwrap();
    }
    assert_eq!(lines(&store, "state"), ["skipped", "skipped"]);
    store.hear(&event(RoutingKey::TaskAssigned, &task(3), None)).unwrap();
    assert_eq!(lines(&store, "state").len(), 2);
    assert_eq!(store.kinds(ANN).len(), 2);
}
