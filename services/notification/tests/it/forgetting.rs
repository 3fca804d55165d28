//! Whoever is deleted is forgotten; what is over is thrown away, and nothing else.

use events::{Changes, Envelope, EventActor, RoutingKey, UserData, UserState};
use notification_service::janitor::Janitor;

use crate::store::{ANN, BOB, Store, event, task};

pub fn deleted(id: uuid::Uuid) -> Envelope {
    said_of_user(RoutingKey::UserDeleted, UserState { is_active: false, deleted: true, ..user(id) })
}

pub fn user(id: uuid::Uuid) -> UserState {
    UserState {
        id,
        email: "somebody@example.org".to_owned(),
        username: None,
        role: "user".to_owned(),
        is_active: true,
        timezone: "UTC".to_owned(),
        not_before: None,
        deleted: false,
        version: 9,
    }
}

pub fn said_of_user(key: RoutingKey, user: UserState) -> Envelope {
    let (id, version) = (user.id, user.version);
    let data = UserData {
        user,
        changes: Changes::new(),
        actor: EventActor::default(),
        sessions: Vec::new(),
        tokens: Vec::new(),
    };
    Envelope::new(key, id, version, 0, &data).unwrap()
}

#[tokio::test]
async fn a_deleted_account_takes_everything_along_and_is_told_nothing_more() {
    let store = Store::open().await;
    store.hear(&event(RoutingKey::TaskAssigned, &task(1), None)).unwrap();
    let of_bob = events::TaskState { assignee_id: Some(BOB), ..task(2) };
    store.hear(&event(RoutingKey::TaskAssigned, &of_bob, None)).unwrap();
    store.hear(&deleted(ANN)).unwrap();
    let due = events::TaskState { due_date: Some(crate::store::at(5)), ..task(3) };
    store.hear(&event(RoutingKey::TaskAssigned, &due, None)).unwrap();
    store.scheduler.step(Some(crate::store::now()), None).await.unwrap();
    assert!(store.kinds(ANN).is_empty());
    assert_eq!(crate::mails::subjects(&store), ["Assigned to you: Task 2"]);
    assert_eq!(store.kinds(BOB), ["assigned"]);
}

#[tokio::test]
async fn the_janitor_throws_away_what_is_over_and_nothing_else() {
    let store = Store::open().await;
    for number in 1..=3 {
        store.hear(&event(RoutingKey::TaskAssigned, &task(number), None)).unwrap();
    }
    store.execute(
        "UPDATE mails SET state = 'sent', settled_at = now() - interval '91 days' WHERE subject LIKE '%Task 1';
         UPDATE mails SET state = 'sent', settled_at = now() - interval '89 days' WHERE subject LIKE '%Task 2';
         UPDATE notifications SET deleted_at = now() - interval '101 days' WHERE task_title = 'Task 1';
         UPDATE notifications SET deleted_at = now() - interval '99 days' WHERE task_title = 'Task 2';
         UPDATE tasks SET deleted = true, changed_at = now() - interval '101 days' WHERE title = 'Task 1';
         INSERT INTO reminders SELECT id, 'task_due', now() - interval '401 days', 5, 'told' FROM tasks
             WHERE title <> 'Task 2';
         UPDATE tasks SET due_date = now() - interval '401 days' WHERE title = 'Task 3';
         UPDATE reminders r SET due_date = t.due_date FROM tasks t WHERE t.id = r.task_id AND t.title = 'Task 3'",
    );
    let janitor = Janitor::new(store.db.clone());
    // A mail, a notification, a reminder and a task.
    assert_eq!(janitor.step().await.unwrap(), 4);
    assert_eq!(janitor.step().await.unwrap(), 0);
    assert_eq!(crate::mails::subjects(&store).len(), 2);
}
