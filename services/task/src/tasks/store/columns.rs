//! Tasks as columns, for statements that write any number of them.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::tasks::{model::Task, priority::Priority, status::Status};

/// Tasks turned into columns.
#[derive(Default)]
pub(super) struct Columns {
    pub ids: Vec<Uuid>,
    pub titles: Vec<String>,
    pub descriptions: Vec<String>,
    pub statuses: Vec<Status>,
    pub priorities: Vec<Priority>,
    pub due_dates: Vec<Option<DateTime<Utc>>>,
    pub assignee_ids: Vec<Option<Uuid>>,
    pub assignee_emails: Vec<Option<String>>,
    pub created_bys: Vec<Uuid>,
    pub versions: Vec<i64>,
    pub created_ats: Vec<DateTime<Utc>>,
    pub updated_ats: Vec<DateTime<Utc>>,
    pub completed_ats: Vec<Option<DateTime<Utc>>>,
    pub deleted_ats: Vec<Option<DateTime<Utc>>>,
}

impl Columns {
    pub fn push(&mut self, task: Task) {
        self.ids.push(task.id);
        self.titles.push(task.title);
        self.descriptions.push(task.description);
        self.statuses.push(task.status);
        self.priorities.push(task.priority);
        self.due_dates.push(task.due_date);
        self.assignee_ids.push(task.assignee_id);
        self.assignee_emails.push(task.assignee_email);
        self.created_bys.push(task.created_by);
        self.versions.push(task.version);
        self.created_ats.push(task.created_at);
        self.updated_ats.push(task.updated_at);
        self.completed_ats.push(task.completed_at);
        self.deleted_ats.push(task.deleted_at);
    }
}
