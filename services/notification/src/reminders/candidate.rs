//! Pure: whether a change of a task may make a reminder of it due at once. The look at such a task is for this; what only the
//! passing of time makes due is found by the look at all of them, every few seconds.

use chrono::{DateTime, TimeDelta, Utc};
use events::TaskData;

use super::limits::LONGEST_LEAD_MINUTES;

/// By which the clocks of this process and of the database may differ.
const SLACK: TimeDelta = TimeDelta::hours(1);
/// The fields that decide whether and when somebody is reminded. A new task changes none of them: it is new altogether.
const DECISIVE: [&str; 4] = ["due_date", "assignee_id", "status", "deleted_at"];

/// Whether it is worth a look.
#[must_use]
pub fn may_be_due(data: &TaskData, now: DateTime<Utc>) -> bool {
    let task = &data.task;
    let is_open = task.status != "completed" && task.deleted_at.is_none() && task.assignee_id.is_some();
    let earliest = |due: DateTime<Utc>| due - TimeDelta::minutes(LONGEST_LEAD_MINUTES) - SLACK;
    is_open && task.due_date.is_some_and(|due| earliest(due) <= now) && is_decisive(data)
}

/// Another title makes nothing due, nor does a step from one open status to another.
fn is_decisive(data: &TaskData) -> bool {
    let from_open_to_open = |field: &str| {
        field == "status"
            && data.changes.get(field).is_some_and(|change| change.from.as_str() != Some("completed"))
    };
    data.changes.is_empty()
        || DECISIVE.iter().any(|field| data.changes.contains_key(*field) && !from_open_to_open(field))
}

#[cfg(test)]
mod tests {
    use events::{Change, Changes, EventActor, TaskState};
    use serde_json::{Value, json};
    use uuid::Uuid;

    use super::*;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_900_000_000, 0).expect("in range")
    }

    fn due(days: i64, changes: &[(&str, Value)]) -> TaskData {
        let change = |(field, from): &(&str, Value)| {
            ((*field).to_owned(), Change { from: from.clone(), to: Value::Null })
        };
        TaskData {
            task: TaskState {
                id: Uuid::from_u128(9),
                title: "T".to_owned(),
                description: String::new(),
                status: "in-progress".to_owned(),
                priority: "none".to_owned(),
                due_date: Some(now() + TimeDelta::days(days)),
                assignee_id: Some(Uuid::from_u128(1)),
                assigned_to: None,
                created_by: Uuid::from_u128(2),
                version: 2,
                created_at: now(),
                updated_at: now(),
                completed_at: None,
                deleted_at: None,
            },
            changes: changes.iter().map(change).collect::<Changes>(),
            actor: EventActor { id: None, email: None },
        }
    }

    #[test]
    fn a_new_task_is_when_it_is_due_within_the_longest_lead() {
        assert!(may_be_due(&due(-1, &[]), now()));
        assert!(may_be_due(&due(14, &[]), now()));
        assert!(!may_be_due(&due(15, &[]), now()));
        let TaskData { task, .. } = due(1, &[]);
        for other in [
            TaskState { due_date: None, ..task.clone() },
            TaskState { assignee_id: None, ..task.clone() },
            TaskState { status: "completed".to_owned(), ..task.clone() },
            TaskState { deleted_at: Some(now()), ..task },
        ] {
            assert!(!may_be_due(&TaskData { task: other, ..due(1, &[]) }, now()));
        }
    }

    #[test]
    fn a_change_is_when_it_changes_what_decides() {
        for (field, from) in [
            ("due_date", Value::Null),
            ("assignee_id", Value::Null),
            ("status", json!("completed")),
            ("deleted_at", json!("2030-01-01T00:00:00Z")),
        ] {
            assert!(may_be_due(&due(1, &[("title", json!("S")), (field, from)]), now()), "{field}");
        }
        assert!(!may_be_due(&due(1, &[("title", json!("S"))]), now()));
        assert!(!may_be_due(&due(1, &[("status", json!("todo"))]), now()));
    }
}
