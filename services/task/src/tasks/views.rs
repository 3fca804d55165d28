//! How clients see a task.

use chrono::{DateTime, Utc};
use paperclip::actix::Apiv2Schema;
use serde::{Deserialize, Serialize};
use service_kit::http::{ETag, Tagged, instant};
use uuid::Uuid;

use super::{model::Task, priority::Priority, status::Status};

/// A task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Apiv2Schema)]
pub struct TaskView {
    /// Id.
    pub id: Uuid,
    /// What is to be done.
    pub title: String,
    /// In more words.
    pub description: String,
    /// How far it is.
    pub status: Status,
    /// How urgent it is.
    pub priority: Priority,
    /// When it is to be done, in whole seconds.
    #[serde(serialize_with = "instant::serialize")]
    pub due_date: Option<DateTime<Utc>>,
    /// E-mail address of whoever is to do it.
    pub assigned_to: Option<String>,
    /// Their user id.
    pub assignee_id: Option<Uuid>,
    /// User id of whoever created it.
    pub created_by: Uuid,
    /// Counts the changes, from 1.
    pub version: i64,
    /// When it was created.
    #[serde(serialize_with = "instant::serialize")]
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    #[serde(serialize_with = "instant::serialize")]
    pub updated_at: DateTime<Utc>,
    /// When it was completed, while it is.
    #[serde(serialize_with = "instant::serialize")]
    pub completed_at: Option<DateTime<Utc>>,
}

impl From<Task> for TaskView {
    fn from(task: Task) -> Self {
        Self {
            id: task.id,
            title: task.title,
            description: task.description,
            status: task.status,
            priority: task.priority,
            due_date: task.due_date,
            assigned_to: task.assignee_email,
            assignee_id: task.assignee_id,
            created_by: task.created_by,
            version: task.version,
            created_at: task.created_at,
            updated_at: task.updated_at,
            completed_at: task.completed_at,
        }
    }
}

impl Tagged for TaskView {
    fn etag(&self) -> ETag {
        tag(self.version, self.assigned_to.as_deref())
    }
}

impl Tagged for Task {
    fn etag(&self) -> ETag {
        tag(self.version, self.assignee_email.as_deref())
    }
}

/// The version, and a digest of the one thing shown that is not the task's own: its assignee may get a new address.
fn tag(version: i64, email: Option<&str>) -> ETag {
    // FNV-1a: the same in every build, which the standard library's hasher does not promise.
    let digest = email
        .unwrap_or_default()
        .bytes()
        .fold(0x811c_9dc5_u32, |digest, byte| (digest ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    ETag::new(format_args!("{version}-{digest:08x}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tasks::fixture::{assigned, task};

    #[test]
    fn a_tag_is_that_of_what_is_shown() {
        let renamed = Task { assignee_email: Some("new@example.org".to_owned()), ..assigned(7) };
        assert_eq!(TaskView::from(assigned(7)).etag(), assigned(7).etag());
        assert_ne!(renamed.etag(), assigned(7).etag());
        assert_ne!(Task { version: 2, ..task() }.etag(), task().etag());
    }

    #[test]
    fn whole_seconds_stay_whole_and_null_is_shown() {
        let view = TaskView::from(Task { due_date: DateTime::from_timestamp(0, 0), ..task() });
        let json = serde_json::to_value(view).expect("JSON");
        assert_eq!(json["due_date"], "1970-01-01T00:00:00Z");
        assert!(json.get("assigned_to").is_some_and(serde_json::Value::is_null));
    }
}
