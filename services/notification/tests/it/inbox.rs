//! The inbox: what is snoozed comes back once, at the top, unread; and every list is read by an index.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::{QueryableByName, RunQueryDsl as _, sql_query, sql_types::Text};
use events::RoutingKey;
use notification_service::{
    notifications::{
        inbox::Change,
        operations, queries,
        queries::{Reading, Wanted},
        requests::InboxState,
        snooze::Alarm,
    },
    stream::Hub,
};
use service_kit::http::IfMatch;
use uuid::Uuid;

use crate::store::{ANN, Store, event, task};

async fn with_three() -> Store {
    let store = Store::open().await;
    for number in 1..=3 {
        store.hear(&event(RoutingKey::TaskAssigned, &task(number), None)).unwrap();
    }
    store
}

fn titles(store: &Store, state: InboxState) -> Vec<String> {
    let wanted = Wanted { user: ANN, state, kinds: None, task: None };
    let reading = Reading { from: None, backward: false, limit: 100 };
    let rows = queries::list(&mut store.connect(), &wanted, reading).unwrap();
    rows.into_iter().map(|row| row.task_title.unwrap()).collect()
}

fn snooze(store: &Store, id: Uuid, until: DateTime<Utc>) {
    let change = Change { snoozed_until: Some(Some(until)), ..Change::default() };
    operations::change(&mut store.connect(), ANN, id, &change, &IfMatch::absent()).unwrap();
}

#[tokio::test]
async fn what_is_snoozed_comes_back_once_unread_at_the_top_and_on_the_stream() {
    let store = with_three().await;
    let first = store.told(ANN)[0].id;
    let read = Change { is_read: Some(true), ..Change::default() };
    operations::change(&mut store.connect(), ANN, first, &read, &IfMatch::absent()).unwrap();
    let hub = Hub::new(store.db.clone());
    let mut stream = hub.join(ANN, false, 3, 2);
    let until = Utc::now() + TimeDelta::hours(1);
    snooze(&store, first, until);
    assert_eq!(titles(&store, InboxState::All), ["Task 3", "Task 2"]);
    assert_eq!(titles(&store, InboxState::Snoozed), ["Task 1"]);
    assert_eq!(queries::unread(&mut store.connect(), ANN).unwrap(), 2);

    let alarm = Alarm::new(store.db.clone());
    alarm.step(Some(until - TimeDelta::seconds(1))).await.unwrap();
    assert_eq!(titles(&store, InboxState::Snoozed), ["Task 1"]);
    alarm.step(Some(until)).await.unwrap();
    alarm.step(Some(until)).await.unwrap();
    assert_eq!(titles(&store, InboxState::Unread), ["Task 1", "Task 3", "Task 2"]);
    assert!(titles(&store, InboxState::Snoozed).is_empty());
    assert_eq!(store.told(ANN).iter().map(|row| row.position).collect::<Vec<_>>(), [2, 3, 4]);

    while hub.step().await.unwrap() {}
    let mut heard = String::new();
    while let Ok(event) = stream.try_recv() {
        heard += std::str::from_utf8(&event).unwrap();
    }
    assert_eq!(heard.matches("event: notification").count(), 1, "{heard}");
    assert!(heard.contains("Task 1") && heard.contains("{\"unread\": 3}"), "{heard}");
    // Whoever saw it at its first place goes on from there, and misses nothing.
    assert_eq!(queries::position_of(&mut store.connect(), ANN, first).unwrap(), Some(1));
}

#[tokio::test]
async fn what_was_deleted_or_archived_while_it_was_away_stays_there() {
    let store = with_three().await;
    let until = Utc::now() + TimeDelta::hours(1);
    let ids: Vec<_> = store.told(ANN).iter().map(|row| row.id).collect();
    ids.iter().for_each(|id| snooze(&store, *id, until));
    operations::remove(&mut store.connect(), ANN, ids[0], &IfMatch::absent()).unwrap();
    let archive = Change { archived: Some(true), ..Change::default() };
    operations::change(&mut store.connect(), ANN, ids[1], &archive, &IfMatch::absent()).unwrap();
    Alarm::new(store.db.clone()).step(Some(until)).await.unwrap();
    assert_eq!(titles(&store, InboxState::Unread), ["Task 3"]);
    assert_eq!(titles(&store, InboxState::Archived), ["Task 2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_replicas_bring_each_back_once() {
    let store = with_three().await;
    let until = Utc::now() + TimeDelta::hours(1);
    store.told(ANN).iter().for_each(|row| snooze(&store, row.id, until));
    let looks: Vec<_> = (0..4)
        .map(|_| {
            let alarm = Alarm::new(store.db.clone());
            tokio::spawn(async move { alarm.step(Some(until)).await })
        })
        .collect();
    for look in looks {
        look.await.unwrap().unwrap();
    }
    let positions: Vec<_> = store.told(ANN).iter().map(|row| row.position).collect();
    assert_eq!(positions, [4, 5, 6]);
}

#[derive(QueryableByName)]
struct Plan {
    #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
    line: String,
}

#[tokio::test]
async fn each_list_is_read_by_an_index_of_its_own() {
    let store = Store::open().await;
    store.execute(&format!(
        "INSERT INTO notifications (id, event_id, user_id, position, type, message, created_at, read_at, archived_at) \
         SELECT gen_random_uuid(), gen_random_uuid(), '{ANN}', n, 'assigned', '', now(), \
           CASE WHEN n % 2 = 0 THEN now() END, CASE WHEN n % 3 = 0 THEN now() END FROM generate_series(1, 20000) n; \
         ANALYZE notifications"
    ));
    let inbox = "archived_at IS NULL AND snoozed_until IS NULL";
    for (index, condition) in [
        ("notifications_inbox", inbox.to_owned()),
        ("notifications_unread", format!("{inbox} AND read_at IS NULL")),
        ("notifications_read", format!("{inbox} AND read_at IS NOT NULL")),
        ("notifications_archived", "archived_at IS NOT NULL".to_owned()),
        ("notifications_snoozed", "snoozed_until IS NOT NULL AND archived_at IS NULL".to_owned()),
    ] {
        let query = format!(
            "EXPLAIN SELECT * FROM notifications WHERE user_id = '{ANN}' AND deleted_at IS NULL AND {condition} \
             AND position < 15000 ORDER BY position DESC LIMIT 21"
        );
        let plan: Vec<Plan> = sql_query(query).load(&mut store.connect()).unwrap();
        let plan = plan.into_iter().map(|plan| plan.line).collect::<Vec<_>>().join("\n");
        assert!(plan.contains(&format!("using {index} ")), "{plan}");
        assert!(!plan.contains("Sort"), "{plan}");
    }
}
