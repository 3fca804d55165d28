//! How clients see the dashboard, and how the other services say its parts.

use chrono::{DateTime, Utc};
use paperclip::{
    actix::Apiv2Schema,
    v2::{models::DefaultSchemaRaw, schema::Apiv2Schema},
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use service_kit::auth::Role;
use uuid::Uuid;

use crate::notifications::views::NotificationView;

/// You, as the user service shows you.
#[derive(Debug, Clone, Serialize, Deserialize, Apiv2Schema)]
pub struct DashboardUserView {
    /// User id.
    pub id: Uuid,
    /// E-mail address.
    pub email: String,
    /// Display name.
    pub username: Option<String>,
    /// What you may do in general.
    pub role: Role,
    /// Whether the account is enabled.
    pub is_active: bool,
    /// IANA time zone.
    pub timezone: String,
    /// When the account was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// How far a task is.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, Apiv2Schema)]
pub enum DashboardTaskStatus {
    /// Not begun.
    #[serde(rename = "todo")]
    Todo,
    /// Begun.
    #[serde(rename = "in-progress")]
    InProgress,
    /// Done.
    #[serde(rename = "completed")]
    Completed,
}

/// One of your tasks, as the task service shows it.
#[derive(Debug, Clone, Serialize, Deserialize, Apiv2Schema)]
pub struct DashboardTaskView {
    /// Task id.
    pub id: Uuid,
    /// What is to be done.
    pub title: String,
    /// In more words.
    pub description: String,
    /// How far it is.
    pub status: DashboardTaskStatus,
    /// How urgent it is: `none`, `low`, `medium`, `high` or `urgent`.
    pub priority: String,
    /// When it is to be done.
    pub due_date: Option<DateTime<Utc>>,
    /// E-mail address of whoever is to do it: you.
    pub assigned_to: Option<String>,
    /// Their user id.
    pub assignee_id: Option<Uuid>,
    /// User id of whoever created it.
    pub created_by: Uuid,
    /// Counts the changes.
    pub version: i64,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// When it was completed.
    pub completed_at: Option<DateTime<Utc>>,
    /// Open, and due within the next 24 hours.
    pub task_due: bool,
}

/// Tasks in the task service's own words, which are passed on as they came: nothing is decided by them here, so they need not
/// be taken apart and put together again.
#[derive(Debug, Serialize, Deserialize)]
pub struct TasksView(Box<RawValue>);

impl Apiv2Schema for TasksView {
    fn raw_schema() -> DefaultSchemaRaw {
        Vec::<DashboardTaskView>::raw_schema()
    }
}

/// How many of your tasks are in each state.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, Apiv2Schema)]
pub struct DashboardCountsView {
    /// Not begun.
    pub todo: i64,
    /// Begun.
    #[serde(rename = "in-progress")]
    pub in_progress: i64,
    /// Done.
    pub completed: i64,
}

/// Whether a part could be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Apiv2Schema)]
pub enum SectionState {
    /// Here it is.
    #[serde(rename = "ok")]
    Ok,
    /// Not at the moment; its fields are null.
    #[serde(rename = "unavailable")]
    Unavailable,
}

/// The state of each part.
#[derive(Debug, Clone, Copy, Serialize, Apiv2Schema)]
pub struct SectionsView {
    /// `user`.
    pub user: SectionState,
    /// `tasks` and the counts of tasks.
    pub tasks: SectionState,
    /// `notifications` and their count.
    pub notifications: SectionState,
}

/// Your dashboard.
#[derive(Debug, Serialize, Apiv2Schema)]
pub struct DashboardView {
    /// You.
    pub user: Option<DashboardUserView>,
    /// Your first 20 open tasks by due date; undated ones last.
    pub tasks: Option<TasksView>,
    /// Your first 20 unread notifications, newest first.
    pub notifications: Option<Vec<NotificationView>>,
    /// How many notifications you have not read.
    pub unread_notifications_count: Option<i64>,
    /// Your open tasks that are due within the next 24 hours.
    pub tasks_due_soon_count: Option<i64>,
    /// Your open tasks that are past their due date.
    pub tasks_overdue_count: Option<i64>,
    /// All your tasks by status.
    pub tasks_by_status: Option<DashboardCountsView>,
    /// Which parts could be had.
    pub sections: SectionsView,
}

/// What `GET /api/tasks/summary/` of the task service answers.
#[derive(Debug, Deserialize)]
pub struct TaskSummary {
    /// Open tasks.
    pub tasks: TasksView,
    /// Open, and due within the next 24 hours.
    pub due_soon_count: i64,
    /// Open, and past the due date.
    pub overdue_count: i64,
    /// All by status.
    pub by_status: DashboardCountsView,
}

/// Our own part.
#[derive(Debug)]
pub struct Inbox {
    /// The first unread ones.
    pub notifications: Vec<NotificationView>,
    /// How many there are.
    pub unread: i64,
}

impl DashboardView {
    /// Of the parts that could be had.
    #[must_use]
    pub fn of(user: Option<DashboardUserView>, tasks: Option<TaskSummary>, inbox: Option<Inbox>) -> Self {
        let state = |is_there| if is_there { SectionState::Ok } else { SectionState::Unavailable };
        let sections = SectionsView {
            user: state(user.is_some()),
            tasks: state(tasks.is_some()),
            notifications: state(inbox.is_some()),
        };
        Self {
            user,
            tasks_due_soon_count: tasks.as_ref().map(|part| part.due_soon_count),
            tasks_overdue_count: tasks.as_ref().map(|part| part.overdue_count),
            tasks_by_status: tasks.as_ref().map(|part| part.by_status),
            tasks: tasks.map(|part| part.tasks),
            unread_notifications_count: inbox.as_ref().map(|part| part.unread),
            notifications: inbox.map(|part| part.notifications),
            sections,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_that_is_missing_is_null_and_said_to_be_missing() {
        let inbox = Inbox { notifications: Vec::new(), unread: 0 };
        let json = serde_json::to_value(DashboardView::of(None, None, Some(inbox))).expect("JSON");
        for name in ["user", "tasks", "tasks_due_soon_count", "tasks_overdue_count", "tasks_by_status"] {
            assert!(json.get(name).is_some_and(serde_json::Value::is_null), "{name}");
        }
        assert_eq!(json["notifications"], serde_json::json!([]));
        let sections =
            serde_json::json!({"user": "unavailable", "tasks": "unavailable", "notifications": "ok"});
        assert_eq!(json["sections"], sections);
    }
}
