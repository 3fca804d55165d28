//! Webhooks' deliveries: one per event, a few at a time, given up in the end.

use diesel::{QueryableByName, RunQueryDsl as _, sql_query, sql_types::Text};
use events::{RoutingKey, TaskState};
use notification_service::{
    notifications::kind::Kind,
    webhooks::{Sender, Webhooks, queue, trust::Trust},
};
use service_kit::seal::SealingKey;
use uuid::Uuid;

use crate::{
    forgetting::{said_of_user, user},
    store::{ANN, BOB, CREATOR, Store, event, task},
};

const KEY: &str = "setting";

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

fn lines(store: &Store, query: &str) -> Vec<String> {
    let rows: Vec<Line> = sql_query(query).load(&mut store.connect()).unwrap();
    rows.into_iter().map(|row| row.line).collect()
}

fn states(store: &Store) -> Vec<String> {
    lines(store, "SELECT state AS line FROM webhook_deliveries ORDER BY id")
}

/// Ann and Bob have a webhook each.
async fn with_webhooks() -> Store {
    let store = Store::open().await;
    add_webhook(&store, 50, ANN, ("user", "own"));
    add_webhook(&store, 51, BOB, ("user", "own"));
    store
}

/// Somebody, and a webhook of theirs. Nobody listens at port 9.
fn add_webhook(store: &Store, number: u128, user: Uuid, (role, scope): (&str, &str)) {
    let id = Uuid::from_u128(number);
    let sealed = webhooks().key.seal(id.as_bytes(), &[7; 32]).unwrap();
    let sealed: String = sealed.iter().map(|byte| format!("{byte:02x}")).collect();
    store.execute(&format!(
        "INSERT INTO directory_users VALUES ('{user}', '{number}@example.org', NULL, '{role}', true, 'UTC', NULL, false, 1); \
         INSERT INTO webhooks (id, user_id, scope, url, description, event_types, secret, status, version) \
         VALUES ('{id}', '{user}', '{scope}', 'http://127.0.0.1:9/', '', '{{}}', '\\x{sealed}', 'enabled', 1)"
    ));
}

fn webhooks() -> Webhooks {
    Webhooks::new(vec!["127.0.0.0/8".parse().unwrap()], Trust::new(None).unwrap(), KEY)
}

fn assigned(store: &Store, number: u128, to: Uuid) {
    let mut task = task(number);
    task.assignee_id = Some(to);
    store.hear(&event(RoutingKey::TaskAssigned, &task, None)).unwrap();
}

#[tokio::test]
async fn an_event_that_comes_twice_is_one_delivery() {
    let store = with_webhooks().await;
    let event = event(RoutingKey::TaskAssigned, &task(1), None);
    store.hear(&event).unwrap();
    store.hear(&event).unwrap();
    assert_eq!(states(&store), ["queued"]);
    let ids = lines(&store, "SELECT event_id::text AS line FROM webhook_deliveries");
    assert_eq!(ids, [event.id.to_string()]);
    // What somebody switched off does not go.
    store.execute(&format!(
        "INSERT INTO preferences (user_id, remind_before_minutes, digest, digest_hour, version) VALUES ('{ANN}', 60, 'off', 8, 1); \
         INSERT INTO preference_channels (user_id, type, in_app, email, webhook) VALUES ('{ANN}', 'assigned', true, true, false)"
    ));
    assigned(&store, 2, ANN);
    assert_eq!(states(&store).len(), 1);
    assert_eq!(store.told(ANN).len(), 2);
}

#[tokio::test]
async fn a_batch_queues_what_its_events_queue_one_by_one() {
    let (one_by_one, at_once) = (with_webhooks().await, with_webhooks().await);
    let moved = TaskState { assignee_id: Some(BOB), version: 2, ..task(1) };
    let demoted = said_of_user(RoutingKey::UserUpdated, user(CREATOR));
    let batch = [
        event(RoutingKey::TaskAssigned, &task(1), None),
        event(RoutingKey::TaskReassigned, &moved, Some(ANN)),
        // Whoever heard of all is no administrator any more: what comes after is not theirs to hear.
        demoted,
        event(RoutingKey::TaskAssigned, &task(2), None),
        event(RoutingKey::TaskUpdated, &task(2), None),
    ];
    for store in [&one_by_one, &at_once] {
        add_webhook(store, 52, CREATOR, ("admin", "all"));
        store.execute("UPDATE webhooks SET event_types = '{task.reassigned,user.updated,task.assigned}' WHERE scope = 'all'");
    }
    batch.iter().for_each(|event| one_by_one.hear(event).unwrap());
    at_once.hear_all(&batch.each_ref()).unwrap();
    let queued = |store: &Store| {
        let query = "SELECT concat_ws(' ', webhook_id, event_id, type, task_id, \
             payload::jsonb #- '{timestamp}' #- '{data,id}') AS line FROM webhook_deliveries ORDER BY 1";
        lines(store, query)
    };
    let all = queued(&at_once);
    assert_eq!(all, queued(&one_by_one));
    let of = |number: u128| {
        all.iter().filter(|line| line.starts_with(&Uuid::from_u128(number).to_string())).count()
    };
    assert_eq!([of(50), of(51), of(52)], [3, 1, 3]);
}

#[tokio::test]
async fn one_webhook_takes_a_few_at_a_time_and_holds_up_no_other() {
    let store = with_webhooks().await;
    for number in 1..=9 {
        assigned(&store, number, ANN);
    }
    assigned(&store, 10, BOB);
    let key = SealingKey::derive(KEY.as_bytes(), "seal webhook secret");
    let lease = || queue::lease(&mut store.connect(), &key, 100).unwrap();
    let first = lease();
    let of = |user: u128| first.iter().filter(|one| one.webhook_id == Uuid::from_u128(user)).count() as i64;
    assert_eq!((of(50), of(51)), (queue::PER_WEBHOOK, 1));
    assert!(first.iter().all(|one| one.secrets.len() == 1));
    assert!(lease().is_empty(), "they are at work, and Ann's have their share");
    // Whoever took them is dead; they are taken again, and counted.
    store.execute("UPDATE webhook_deliveries SET leased_until = now(), next_attempt_at = now()");
    let again = lease();
    assert_eq!(again.len(), first.len());
    assert!(again.iter().any(|one| one.attempts == 2));
    // A disabled account hears nothing; what waits for it waits.
    store.execute(&format!("UPDATE directory_users SET is_active = false WHERE id = '{ANN}'"));
    store.execute("UPDATE webhook_deliveries SET leased_until = NULL, next_attempt_at = now()");
    assert!(lease().iter().all(|one| one.webhook_id == Uuid::from_u128(51)));
}

#[tokio::test]
async fn it_is_tried_for_a_day_and_the_webhook_for_five() {
    let store = with_webhooks().await;
    assigned(&store, 1, ANN);
    let sender = Sender::new(store.db.clone(), webhooks());
    assert_eq!(sender.step().await.unwrap(), 1);
    assert_eq!(sender.step().await.unwrap(), 0, "its next attempt is later");
    assert_eq!(states(&store), ["queued"]);
    let failing = "SELECT (failing_since IS NOT NULL)::text AS line FROM webhooks ORDER BY id";
    assert_eq!(lines(&store, failing), ["true", "false"]);

    store.execute(
        "UPDATE webhook_deliveries SET next_attempt_at = now(), give_up_at = now() + interval '1 second'",
    );
    sender.step().await.unwrap();
    assert_eq!(states(&store), ["failed"]);
    let answers = lines(&store, "SELECT answer AS line FROM webhook_deliveries");
    assert!(answers[0].contains("refused"), "{answers:?}");

    store.execute(
        "UPDATE webhooks SET failing_since = now() - interval '6 days' WHERE failing_since IS NOT NULL",
    );
    assigned(&store, 2, ANN);
    assigned(&store, 3, ANN);
    store.execute("UPDATE webhook_deliveries SET next_attempt_at = now() + interval '1 hour' WHERE id = (SELECT id FROM webhook_deliveries ORDER BY id DESC LIMIT 1)");
    sender.step().await.unwrap();
    let now = "SELECT status || ' ' || coalesce(disabled_reason, '') AS line FROM webhooks ORDER BY id";
    assert_eq!(lines(&store, now), ["disabled failing", "enabled "]);
    let told = store.told(ANN).into_iter().filter(|row| row.kind == Kind::WebhookDisabled);
    let messages: Vec<String> = told.map(|row| row.message).collect();
    assert_eq!(messages, ["Your webhook “127.0.0.1” was disabled: nothing has reached it for 5 days."]);
    assert!(crate::mails::subjects(&store).contains(&"Webhook disabled: 127.0.0.1".to_owned()));
    let all = states(&store);
    assert!(all.iter().all(|state| state != "queued"), "{all:?}");
    assigned(&store, 4, ANN);
    assert_eq!(states(&store).len(), all.len(), "a disabled webhook is told nothing");
}

#[tokio::test]
async fn in_quiet_hours_it_waits_which_is_no_attempt_and_takes_nothing_from_its_day() {
    let store = with_webhooks().await;
    add_webhook(&store, 52, CREATOR, ("admin", "all"));
    // Everybody's are from an hour ago for three hours.
    store.execute(
        "INSERT INTO preferences (user_id, remind_before_minutes, digest, digest_hour, version, quiet_from_minute, \
           quiet_to_minute) SELECT u.id, 1440, 'off', 8, 1, (m + 1380) % 1440, (m + 120) % 1440 FROM directory_users u, \
         (SELECT extract(hour FROM now())::int * 60 + extract(minute FROM now())::int AS m) t",
    );
    assigned(&store, 1, ANN);
    let sender = Sender::new(store.db.clone(), webhooks());
    assert_eq!(sender.step().await.unwrap(), 1, "who hears of all is told at any hour");
    let of_ann = format!("webhook_id = '{}'", Uuid::from_u128(50));
    let said = format!("SELECT attempts || ' ' || answer AS line FROM webhook_deliveries WHERE {of_ann}");
    assert_eq!(lines(&store, &said), ["0 the recipient's quiet hours"]);
    let until = "now() + interval '119 minutes' AND now() + interval '121 minutes'";
    let times = format!(
        "SELECT (next_attempt_at BETWEEN {until} AND give_up_at - interval '24 hours' BETWEEN {until})::text AS line \
         FROM webhook_deliveries WHERE {of_ann}"
    );
    assert_eq!(lines(&store, &times), ["true"]);
    // They were over before it came.
    store.execute(&format!(
        "UPDATE preferences SET quiet_to_minute = (quiet_from_minute + 1) % 1440; \
         UPDATE webhook_deliveries SET next_attempt_at = now() WHERE {of_ann}"
    ));
    assert_eq!(sender.step().await.unwrap(), 1);
}
