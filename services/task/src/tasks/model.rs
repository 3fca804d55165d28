//! The row of a task.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::{Insertable, Queryable, Selectable};
use directory::Directory;
use events::TaskState;
use uuid::Uuid;

use super::{priority::Priority, status::Status};
use crate::schema::tasks;

/// How long before its due date a task counts as due.
const DUE_SOON: TimeDelta = TimeDelta::hours(24);

/// A task, perhaps in the trash.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = tasks, check_for_backend(diesel::pg::Pg), treat_none_as_default_value = false)]
pub struct Task {
    /// Task id.
    pub id: Uuid,
    /// See [`super::title::Title`].
    pub title: String,
    /// See [`super::description::Description`].
    pub description: String,
    /// How far it is.
    pub status: Status,
    /// How urgent it is.
    pub priority: Priority,
    /// Whole seconds.
    pub due_date: Option<DateTime<Utc>>,
    /// Who is to do it.
    pub assignee_id: Option<Uuid>,
    /// Their e-mail address when they were assigned; see [`Task::with_present_email`].
    pub assignee_email: Option<String>,
    /// User id.
    pub created_by: Uuid,
    /// Counts the changes, from 1.
    pub version: i64,
    /// Creation.
    pub created_at: DateTime<Utc>,
    /// Last change.
    pub updated_at: DateTime<Utc>,
    /// Set exactly while it is completed.
    pub completed_at: Option<DateTime<Utc>>,
    /// Set while it is in the trash.
    pub deleted_at: Option<DateTime<Utc>>,
}

impl Task {
    /// The same task with the assignee's e-mail address of today, as far as the directory knows it.
    #[must_use]
    pub fn with_present_email(mut self, directory: &Directory) -> Self {
        if let Some(email) = self.assignee_id.and_then(|id| directory.email(id)) {
            self.assignee_email = Some(email);
        }
        self
    }

    /// Open, and due within the 24 hours from `now` on.
    #[must_use]
    pub fn is_due_soon(&self, now: DateTime<Utc>) -> bool {
        self.status.is_open() && self.due_date.is_some_and(|due| due >= now && due <= soon(now))
    }

    /// What events tell of it.
    #[must_use]
    pub fn state(&self) -> TaskState {
        TaskState {
            id: self.id,
            title: self.title.clone(),
            description: self.description.clone(),
            status: self.status.to_string(),
            priority: self.priority.to_string(),
            due_date: self.due_date,
            assignee_id: self.assignee_id,
            assigned_to: self.assignee_email.clone(),
            created_by: self.created_by,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
            completed_at: self.completed_at,
            deleted_at: self.deleted_at,
        }
    }
}

/// The last instant that counts as soon.
#[must_use]
pub fn soon(now: DateTime<Utc>) -> DateTime<Utc> {
    now + DUE_SOON
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tasks::fixture::task;

    #[test]
    fn soon_is_from_now_to_a_day_from_now() {
        let now = DateTime::from_timestamp(1_000_000, 0).expect("in range");
        let due = |seconds: i64| Task { due_date: Some(now + TimeDelta::seconds(seconds)), ..task() };
        for (seconds, is_soon) in [(-1, false), (0, true), (24 * 3600, true), (24 * 3600 + 1, false)] {
            assert_eq!(due(seconds).is_due_soon(now), is_soon, "{seconds} s");
        }
        assert!(!task().is_due_soon(now));
        assert!(!Task { status: Status::Completed, ..due(5) }.is_due_soon(now));
    }
}
