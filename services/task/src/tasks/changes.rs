//! Pure: what a task is after a change, and which fields differ.

use chrono::{DateTime, SecondsFormat, Utc};
use directory::Person;
use events::{Change, Changes};
use serde_json::Value;

use super::{
    description::Description, model::Task, policy::Intent, priority::Priority, status::Status, title::Title,
};

/// A change: `None` leaves a field as it is, `Some(None)` clears it.
#[derive(Debug, Clone)]
pub struct TaskChange {
    /// What was asked for, by the fields that were sent.
    pub intent: Intent,
    /// New title.
    pub title: Option<Title>,
    /// New description.
    pub description: Option<Description>,
    /// New status.
    pub status: Option<Status>,
    /// New priority.
    pub priority: Option<Priority>,
    /// New due date.
    pub due_date: Option<Option<DateTime<Utc>>>,
    /// New assignee, looked up.
    pub assignee: Option<Option<Person>>,
}

/// One field before and after, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The field's name in the API.
    pub field: &'static str,
    /// Before.
    pub from: Option<String>,
    /// After.
    pub to: Option<String>,
}

impl TaskChange {
    /// One that leaves every field as it is.
    #[must_use]
    pub fn new(intent: Intent) -> Self {
        Self {
            intent,
            title: None,
            description: None,
            status: None,
            priority: None,
            due_date: None,
            assignee: None,
        }
    }

    /// The task after the change. Its version and time move only if something differs.
    #[must_use]
    pub fn apply(&self, before: &Task, now: DateTime<Utc>) -> Task {
        let mut after = before.clone();
        if let Some(title) = &self.title {
            title.as_str().clone_into(&mut after.title);
        }
        if let Some(description) = &self.description {
            description.as_str().clone_into(&mut after.description);
        }
        if let Some(status) = self.status {
            after.completed_at = before.status.completion(status, before.completed_at, now);
            after.status = status;
        }
        after.priority = self.priority.unwrap_or(before.priority);
        after.due_date = self.due_date.unwrap_or(before.due_date);
        if let Some(assignee) = &self.assignee {
            after.assignee_id = assignee.as_ref().map(|person| person.id);
            after.assignee_email = assignee.as_ref().map(|person| person.email.clone());
        }
        if differences(before, &after).is_empty() {
            return before.clone();
        }
        after.version = before.version + 1;
        // Two servers' clocks may differ; a later version is never older.
        after.updated_at = now.max(before.updated_at);
        after
    }
}

/// The fields that differ. The assignee is one field for people (`assigned_to`) and two on the bus, where the id stands
/// beside the address.
#[must_use]
pub fn differences(before: &Task, after: &Task) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut add = |field, differs: bool, from: Option<String>, to: Option<String>| {
        if differs {
            found.push(Difference { field, from, to });
        }
    };
    let (b, a) = (before, after);
    add("title", b.title != a.title, Some(b.title.clone()), Some(a.title.clone()));
    let text = |task: &Task| Some(task.description.clone());
    add("description", b.description != a.description, text(b), text(a));
    add("status", b.status != a.status, Some(b.status.to_string()), Some(a.status.to_string()));
    add("priority", b.priority != a.priority, Some(b.priority.to_string()), Some(a.priority.to_string()));
    add("due_date", b.due_date != a.due_date, b.due_date.map(rfc3339), a.due_date.map(rfc3339));
    // By id: an assignee with a new address is the same one.
    let handed_over = b.assignee_id != a.assignee_id;
    add("assigned_to", handed_over, b.assignee_email.clone(), a.assignee_email.clone());
    let id = |task: &Task| task.assignee_id.map(|id| id.to_string());
    add("assignee_id", handed_over, id(b), id(a));
    found
}

/// The differences as events carry them.
#[must_use]
pub fn as_event_changes(differences: &[Difference]) -> Changes {
    let value = |text: &Option<String>| text.clone().map_or(Value::Null, Value::String);
    let change = |one: &Difference| Change { from: value(&one.from), to: value(&one.to) };
    differences.iter().map(|one| (one.field.to_owned(), change(one))).collect()
}

fn rfc3339(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Secs, true)
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use service_kit::http::Field as _;
    use uuid::Uuid;

    use super::*;
    use crate::tasks::fixture::{assigned, person, task};

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_000_000, 0).expect("in range")
    }

    #[test]
    fn what_changes_nothing_is_no_new_version() {
        let before = assigned(7);
        let renamed = Person { email: "new@example.org".to_owned(), ..person(7) };
        let change = TaskChange {
            title: Some(Title::from_json(json!(" Report ")).expect("a title")),
            status: Some(Status::Todo),
            due_date: Some(None),
            assignee: Some(Some(renamed)),
            ..TaskChange::new(Intent::Edit)
        };
        assert_eq!(change.apply(&before, now()), before);
    }

    #[test]
    fn every_difference_is_found_with_from_and_to() {
        let due = DateTime::from_timestamp(0, 0);
        let change = TaskChange {
            status: Some(Status::Completed),
            priority: Some(Priority::High),
            due_date: Some(due),
            assignee: Some(Some(person(7))),
            ..TaskChange::new(Intent::Edit)
        };
        let after = change.apply(&task(), now());
        assert_eq!((after.version, after.updated_at, after.completed_at), (2, now(), Some(now())));
        let changes = as_event_changes(&differences(&task(), &after));
        let expected = json!({
            "status": {"from": "todo", "to": "completed"},
            "priority": {"from": "none", "to": "high"},
            "due_date": {"from": null, "to": "1970-01-01T00:00:00Z"},
            "assigned_to": {"from": null, "to": "7@example.org"},
            "assignee_id": {"from": null, "to": Uuid::from_u128(7)},
        });
        assert_eq!(serde_json::to_value(changes).expect("JSON"), expected);
    }

    #[test]
    fn a_clock_that_is_behind_does_not_turn_time_back() {
        let before = Task { updated_at: now() + chrono::TimeDelta::seconds(5), ..task() };
        let change = TaskChange { status: Some(Status::InProgress), ..TaskChange::new(Intent::Edit) };
        assert_eq!(change.apply(&before, now()).updated_at, before.updated_at);
    }
}
