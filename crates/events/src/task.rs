//! What `task.*` events carry.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Changes, EventActor};

/// Data of every `task.*` event: the whole task after the change, so that a consumer never has to call back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TaskData {
    /// The task after the change.
    pub task: TaskState,
    /// What changed, by field name (`status`, `assignee_id`, `assigned_to`, `due_date`, …). Empty for `task.created`.
    #[serde(default)]
    pub changes: Changes,
    /// Who did it.
    pub actor: EventActor,
}

/// A task as the task service holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskState {
    /// Task id.
    pub id: Uuid,
    /// 1–255 characters.
    pub title: String,
    /// At most 20,000 characters.
    pub description: String,
    /// `todo`, `in-progress` or `completed`.
    pub status: String,
    /// `none`, `low`, `medium`, `high` or `urgent`.
    pub priority: String,
    /// Whole seconds.
    pub due_date: Option<DateTime<Utc>>,
    /// Who is to do it.
    pub assignee_id: Option<Uuid>,
    /// The assignee's e-mail address.
    pub assigned_to: Option<String>,
    /// Who created it.
    pub created_by: Uuid,
    /// Equal to the envelope's `sequence`.
    pub version: i64,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// When it was completed, while it is.
    pub completed_at: Option<DateTime<Utc>>,
    /// When it went to the trash, while it is there.
    #[serde(default)]
    pub deleted_at: Option<DateTime<Utc>>,
}
