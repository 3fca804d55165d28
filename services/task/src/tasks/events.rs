//! Pure: what a change of a task is told as on the bus.

use events::{Changes, Envelope, EventActor, RoutingKey, TaskData};
use service_kit::{auth::Account, context::RequestContext};

use super::{
    changes::{Difference, as_event_changes, differences},
    model::Task,
};

/// What creating a task says: that it was, and whom it was given to.
///
/// # Errors
/// When the data does not serialise.
pub fn of_creation(task: &Task, by: &Account) -> Result<Vec<Envelope>, serde_json::Error> {
    let mut news = vec![(RoutingKey::TaskCreated, Changes::new())];
    if task.assignee_id.is_some() {
        let unassigned = Task { assignee_id: None, assignee_email: None, ..task.clone() };
        news.push((RoutingKey::TaskAssigned, as_event_changes(&differences(&unassigned, task))));
    }
    envelopes(news, task, by)
}

/// What changing a task says: one event for each kind of thing that happened, all with all the changes.
///
/// # Errors
/// When the data does not serialise.
pub fn of_change(
    before: &Task,
    after: &Task,
    differences: &[Difference],
    by: &Account,
) -> Result<Vec<Envelope>, serde_json::Error> {
    let changes = as_event_changes(differences);
    let news = keys(before, after, differences).into_iter().map(|key| (key, changes.clone())).collect();
    envelopes(news, after, by)
}

/// What going to the trash or coming back from it says.
///
/// # Errors
/// When the data does not serialise.
pub fn of_move(key: RoutingKey, after: &Task, by: &Account) -> Result<Vec<Envelope>, serde_json::Error> {
    envelopes(vec![(key, Changes::new())], after, by)
}

fn keys(before: &Task, after: &Task, differences: &[Difference]) -> Vec<RoutingKey> {
    let mut keys = Vec::new();
    match (before.assignee_id, after.assignee_id) {
        (None, Some(_)) => keys.push(RoutingKey::TaskAssigned),
        (Some(_), None) => keys.push(RoutingKey::TaskUnassigned),
        (Some(former), Some(new)) if former != new => keys.push(RoutingKey::TaskReassigned),
        _ => {}
    }
    if before.status != after.status {
        keys.push(RoutingKey::TaskStatusChanged);
    }
    if differences.iter().any(|one| !matches!(one.field, "status" | "assigned_to" | "assignee_id")) {
        keys.push(RoutingKey::TaskUpdated);
    }
    keys
}

fn envelopes(
    news: Vec<(RoutingKey, Changes)>,
    task: &Task,
    by: &Account,
) -> Result<Vec<Envelope>, serde_json::Error> {
    let traceparent = RequestContext::current().map(|context| context.traceparent);
    let actor = EventActor { id: Some(by.id), email: Some(by.email.clone()) };
    news.into_iter()
        .zip(0..)
        .map(|((key, changes), position)| {
            let data = TaskData { task: task.state(), changes, actor: actor.clone() };
            let mut event = Envelope::new(key, task.id, task.version, position, &data)?;
            event.traceparent.clone_from(&traceparent);
            Ok(event)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use service_kit::auth::Role;

    use super::*;
    use crate::tasks::{
        fixture::{account, assigned, task},
        priority::Priority,
        status::Status,
    };

    fn told(before: &Task, after: &Task) -> Vec<&'static str> {
        keys(before, after, &differences(before, after)).into_iter().map(RoutingKey::as_str).collect()
    }

    #[test]
    fn each_kind_of_news_is_told_once_in_order() {
        assert!(told(&task(), &task()).is_empty());
        assert_eq!(told(&task(), &assigned(7)), ["task.assigned"]);
        assert_eq!(told(&assigned(7), &task()), ["task.unassigned"]);
        assert_eq!(told(&assigned(7), &assigned(8)), ["task.reassigned"]);
        let all = Task { status: Status::Completed, priority: Priority::Low, ..assigned(8) };
        assert_eq!(told(&assigned(7), &all), ["task.reassigned", "task.status_changed", "task.updated"]);
    }

    #[test]
    fn a_task_created_for_somebody_says_two_things_with_one_sequence() {
        let admin = account(1, Role::Admin);
        let events = of_creation(&assigned(7), &admin).expect("JSON");
        let kinds: Vec<_> = events.iter().map(|event| (event.kind.as_str(), event.position)).collect();
        assert_eq!(kinds, [("docket.task.created.v1", 0), ("docket.task.assigned.v1", 1)]);
        assert!(events.iter().all(|event| event.sequence == 1 && event.subject == task().id));
        let data: TaskData = events[1].data_as().expect("task data");
        assert_eq!(data.changes["assigned_to"].to, "7@example.org");
        assert_eq!(data.actor.id, Some(admin.id));
        assert_eq!(of_creation(&task(), &admin).expect("JSON").len(), 1);
    }
}
