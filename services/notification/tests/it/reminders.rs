//! Reminders by an injected clock: once per task and due date, in time, and not too late.

use chrono::{DateTime, Utc};
use events::{RoutingKey, TaskState};
use notification_service::reminders::scheduler::Outcome;

use crate::store::{ANN, BOB, Store, at, event, scheduler, task};

const DAY: i64 = 24 * 60;

fn due(minutes: i64) -> TaskState {
    TaskState { due_date: Some(at(minutes)), ..task(1) }
}

impl Store {
    fn is(&self, version: i64, task: TaskState) {
        self.hear(&event(RoutingKey::TaskUpdated, &TaskState { version, ..task }, None)).unwrap();
    }

    async fn look(&self, at: DateTime<Utc>) -> Outcome {
        self.scheduler.step(Some(at), None).await.unwrap()
    }
}

#[tokio::test]
async fn due_within_the_lead_then_overdue_each_once() {
    let store = Store::open().await;
    store.is(1, due(0));
    for (minutes, kinds) in [
        (-DAY - 1, vec![]),
        (-DAY, vec!["task_due"]),
        (-1, vec!["task_due"]),
        (0, vec!["task_due", "task_overdue"]),
        (10 * DAY, vec!["task_due", "task_overdue"]),
    ] {
        store.look(at(minutes)).await;
        assert_eq!(store.kinds(ANN), kinds, "at {minutes}");
    }
}

#[tokio::test]
async fn completed_deleted_undated_and_unassigned_tasks_remind_nobody() {
    let store = Store::open().await;
    let quiet = [
        TaskState { status: "completed".to_owned(), completed_at: Some(at(0)), ..due(5) },
        TaskState { deleted_at: Some(at(0)), ..due(5) },
        TaskState { due_date: None, ..due(5) },
        TaskState { assignee_id: None, ..due(5) },
    ];
    for (number, task) in (1_u128..).zip(quiet) {
        store.is(1, TaskState { id: uuid::Uuid::from_u128(number), ..task });
    }
    assert_eq!(store.look(at(0)).await, Outcome::default());
    assert_eq!(store.look(at(60)).await, Outcome::default());
}

#[tokio::test]
async fn a_new_date_re_arms_and_one_that_fired_stays_silent() {
    let store = Store::open().await;
    store.is(1, due(60));
    store.look(at(0)).await;
    store.is(2, due(120));
    store.look(at(0)).await;
    assert_eq!(store.kinds(ANN), ["task_due"; 2]);
    store.is(3, due(60));
    store.look(at(0)).await;
    assert_eq!(store.kinds(ANN), ["task_due"; 2]);
    // Whoever it is given to now has just been told of it with its date.
    store.is(4, TaskState { assignee_id: Some(BOB), ..due(60) });
    store.look(at(1)).await;
    assert!(store.kinds(BOB).is_empty());
    // A shorter lead of their own has not been told to anybody.
    store.execute(&format!("INSERT INTO preferences VALUES ('{BOB}', 30, 'off', 8, 1)"));
    store.look(at(29)).await;
    assert!(store.kinds(BOB).is_empty());
    store.look(at(30)).await;
    store.look(at(31)).await;
    assert_eq!(store.kinds(BOB), ["task_due"]);
    store.is(5, due(60));
    store.look(at(32)).await;
    assert_eq!(store.kinds(ANN), ["task_due"; 2]);
}

#[tokio::test]
async fn each_of_several_leads_fires_once_and_a_late_one_does_not_repeat_an_earlier() {
    let store = Store::open().await;
    store.execute(&format!(
        "INSERT INTO preferences (user_id, remind_before_minutes, remind_again_before_minutes, digest, digest_hour, version) \
         VALUES ('{ANN}', 60, '{{1440, 10}}', 'off', 8, 1)"
    ));
    store.is(1, due(0));
    for (minutes, count) in
        [(-1441, 0), (-1440, 1), (-61, 1), (-60, 2), (-59, 2), (-11, 2), (-10, 3), (-1, 3)]
    {
        store.look(at(minutes)).await;
        assert_eq!(store.kinds(ANN).len(), count, "at {minutes}");
    }
    // Three that have come at once are one.
    store.is(1, TaskState { id: uuid::Uuid::from_u128(2), ..due(5) });
    assert_eq!(store.look(at(0)).await.told, 2); // with the first one's `task_overdue`
    // A longer lead that is chosen after a shorter one has fired tells nothing new.
    store.execute("UPDATE preferences SET remind_again_before_minutes = '{2880, 1440, 10}'");
    assert_eq!(store.look(at(1)).await, Outcome::default());
}

#[tokio::test]
async fn what_has_fired_for_anybody_does_not_fire_again() {
    let store = Store::open().await;
    store.is(1, due(60));
    store.execute(
        "INSERT INTO reminders (task_id, kind, due_date, lead_minutes, outcome) \
        SELECT id, 'task_due', due_date, 1440, 'told' FROM tasks",
    );
    assert_eq!(store.look(at(0)).await, Outcome::default());
}

#[tokio::test]
async fn whoever_was_down_catches_up_for_a_day_and_records_the_rest_as_missed() {
    let store = Store::open().await;
    store.is(1, due(0));
    store.is(1, TaskState { id: uuid::Uuid::from_u128(2), ..due(-2) });
    let late = at(DAY - 1);
    assert_eq!(store.look(late).await, Outcome { told: 1, missed: 1 });
    assert_eq!(store.look(late).await, Outcome::default());
    assert_eq!(store.kinds(ANN), ["task_overdue"]);
}

#[tokio::test]
async fn the_lead_is_the_assignees_and_a_long_one_is_of_use_until_the_date() {
    let store = Store::open().await;
    store.execute(&format!(
        "INSERT INTO preferences VALUES ('{ANN}', 60, 'off', 8, 1), ('{BOB}', 20160, 'off', 8, 1)"
    ));
    store.is(1, due(0));
    store.is(1, TaskState { id: uuid::Uuid::from_u128(2), assignee_id: Some(BOB), ..due(0) });
    store.look(at(-3 * DAY)).await;
    assert_eq!((store.kinds(ANN).len(), store.kinds(BOB)), (0, vec!["task_due"]));
    store.look(at(-61)).await;
    assert!(store.kinds(ANN).is_empty());
    store.look(at(-60)).await;
    assert_eq!(store.kinds(ANN), ["task_due"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_replicas_looking_at_once_tell_each_of_many_tasks_once() {
    let store = Store::open().await;
    store.execute(&format!(
        "INSERT INTO tasks SELECT gen_random_uuid(), 'T', '{ANN}', '{ANN}', '{}', 'todo', false, 1 \
         FROM generate_series(1, 1200)",
        at(5).to_rfc3339()
    ));
    let looks = (0..4).map(|_| {
        let replica = scheduler(&store.db);
        tokio::spawn(async move { replica.step(Some(at(0)), None).await.unwrap().told })
    });
    let mut told = 0;
    for look in looks.collect::<Vec<_>>() {
        told += look.await.unwrap();
    }
    // Whoever lost the race for a batch leaves the rest to the next look.
    told += store.look(at(0)).await.told;
    assert_eq!(told, 1200);
    assert_eq!(store.told(ANN).len(), 1200);
}

#[tokio::test]
async fn a_look_at_some_tasks_leaves_the_others() {
    let store = Store::open().await;
    store.is(1, due(5));
    let other = TaskState { id: uuid::Uuid::from_u128(2), ..due(5) };
    store.is(1, other.clone());
    let outcome = store.scheduler.step(Some(at(0)), Some(vec![other.id])).await.unwrap();
    assert_eq!(outcome.told, 1);
    assert_eq!(store.told(ANN)[0].task_id, Some(other.id));
}
