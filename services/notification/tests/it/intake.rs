//! Events in, notifications and mails out: once, and with what people want.

use events::{Envelope, RoutingKey, TaskState};
use messaging::HandleError;
use serde_json::json;

use crate::store::{ANN, BOB, CREATOR, Store, event, task};

#[tokio::test]
async fn the_same_event_tells_once_whatever_the_inbox_says() {
    let store = Store::open().await;
    let assigned = event(RoutingKey::TaskAssigned, &task(1), None);
    store.hear(&assigned).unwrap();
    store.hear(&assigned).unwrap();
    assert_eq!(store.kinds(ANN), ["assigned"]);
    let told = &store.told(ANN)[0];
    assert_eq!(told.task_title.as_deref(), Some("Task 1"));
    assert_eq!(told.actor_email.as_deref(), Some("creator@example.org"));
    assert_eq!(told.message, "creator@example.org assigned you the task “Task 1”.");
}

#[tokio::test]
async fn one_event_may_tell_two_people_two_things() {
    let store = Store::open().await;
    let moved = TaskState { assignee_id: Some(BOB), version: 2, ..task(1) };
    store.hear(&event(RoutingKey::TaskReassigned, &moved, Some(ANN))).unwrap();
    assert_eq!((store.kinds(ANN), store.kinds(BOB)), (vec!["unassigned"], vec!["re-assigned"]));
}

#[tokio::test]
async fn an_earlier_state_that_comes_late_changes_nothing() {
    let store = Store::open().await;
    let done = TaskState { version: 3, status: "completed".to_owned(), ..task(1) };
    let late = TaskState { version: 2, due_date: Some(crate::store::at(5)), ..task(1) };
    store.hear(&event(RoutingKey::TaskUpdated, &done, None)).unwrap();
    store.hear(&event(RoutingKey::TaskUpdated, &late, None)).unwrap();
    let outcome = store.scheduler.step(Some(crate::store::now()), None).await.unwrap();
    assert_eq!(outcome.told, 0);
}

#[tokio::test]
async fn what_is_switched_off_leaves_no_row_and_mails_are_a_matter_of_their_own() {
    let store = Store::open().await;
    store.execute(&format!(
        "INSERT INTO preferences VALUES ('{ANN}', 1440, 'off', 8, 1), ('{BOB}', 1440, 'off', 8, 1);
         INSERT INTO preference_channels VALUES ('{ANN}', 'assigned', false, true), ('{BOB}', 'assigned', true, false)"
    ));
    store.hear(&event(RoutingKey::TaskAssigned, &task(1), None)).unwrap();
    let of_bob = TaskState { assignee_id: Some(BOB), ..task(2) };
    store.hear(&event(RoutingKey::TaskAssigned, &of_bob, None)).unwrap();
    assert!(store.kinds(ANN).is_empty());
    assert_eq!(store.kinds(BOB), ["assigned"]);
    assert_eq!(crate::mails::subjects(&store), ["Assigned to you: Task 1"]);
}

#[tokio::test]
async fn a_batch_tells_what_its_events_tell_one_by_one() {
    let (one_by_one, at_once) = (Store::open().await, Store::open().await);
    let moved = TaskState { assignee_id: Some(BOB), version: 2, ..task(1) };
    let back = TaskState { version: 3, due_date: Some(crate::store::at(60)), ..task(1) };
    let batch = [
        event(RoutingKey::TaskAssigned, &task(1), None),
        event(RoutingKey::TaskAssigned, &task(2), None),
        crate::forgetting::deleted(CREATOR),
        event(RoutingKey::TaskReassigned, &moved, Some(ANN)),
        event(RoutingKey::TaskReassigned, &back, Some(BOB)),
        crate::forgetting::deleted(BOB),
    ];
    batch.iter().for_each(|event| one_by_one.hear(event).unwrap());
    at_once.hear_all(&batch.each_ref()).unwrap();
    let told = |store: &Store| {
        let rows = store.told(ANN).into_iter();
        rows.map(|row| (row.position, row.kind, row.message)).collect::<Vec<_>>()
    };
    assert_eq!(told(&one_by_one).len(), 4);
    assert_eq!(told(&at_once), told(&one_by_one));
    assert!(at_once.told(ANN).is_sorted_by_key(|row| row.created_at));
    for store in [&one_by_one, &at_once] {
        assert!(store.kinds(BOB).is_empty());
        assert_eq!(crate::mails::subjects(store).len(), 4);
        // The projection holds the latest state.
        assert_eq!(store.scheduler.step(Some(crate::store::now()), None).await.unwrap().told, 1);
    }
}

#[tokio::test]
async fn everybody_is_told_in_their_own_language() {
    let store = Store::open().await;
    store.execute(&format!(
        "INSERT INTO preferences (user_id, remind_before_minutes, digest, digest_hour, version, language) \
         VALUES ('{BOB}', 1440, 'off', 8, 1, 'de')"
    ));
    let moved = TaskState { assignee_id: Some(BOB), version: 2, ..task(1) };
    store.hear(&event(RoutingKey::TaskReassigned, &moved, Some(ANN))).unwrap();
    assert_eq!(store.told(ANN)[0].message, "creator@example.org unassigned you from the task “Task 1”.");
    assert_eq!(
        store.told(BOB)[0].message,
        "creator@example.org hat die Aufgabe „Task 1“ an dich übertragen."
    );
    assert_eq!(crate::mails::subjects(&store).concat(), "An dich übertragen: Task 1No longer yours: Task 1");
}

#[tokio::test]
async fn an_event_that_cannot_be_read_is_a_permanent_fault_and_leaves_nothing() {
    let store = Store::open().await;
    let hidden = event(RoutingKey::TaskUnassigned, &TaskState { assignee_id: None, ..task(1) }, None);
    let strange = Envelope { data: json!({"task": 1}), ..event(RoutingKey::TaskAssigned, &task(1), None) };
    for faulty in [hidden, strange] {
        assert!(matches!(store.hear(&faulty), Err(HandleError::Permanent(_))));
    }
    assert!(store.kinds(ANN).is_empty());
}

/// The samples tell of one task and of one person, in the order of [`RoutingKey::ALL`].
#[tokio::test]
async fn every_sample_of_an_event_is_understood() {
    let store = Store::open().await;
    for key in RoutingKey::ALL {
        let path = format!("{}/../../crates/events/samples/{key}.json", env!("CARGO_MANIFEST_DIR"));
        let sample: Envelope = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        store.hear(&sample).unwrap_or_else(|error| panic!("{key}: {error}"));
    }
    let [admin, ann, bob] = [1, 2, 3].map(|number| format!("00000000-0000-7000-8000-00000000000{number}"));
    let told = |user: &str| store.kinds(user.parse().unwrap());
    assert_eq!(told(&ann), ["assigned", "unassigned"]);
    assert_eq!(told(&bob), ["re-assigned", "unassigned"]);
    assert_eq!(told(&admin), ["status_changed"]);
}
