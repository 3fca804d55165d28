//! How clients see groups.

use paperclip::actix::Apiv2Schema;
use serde::Serialize;
use uuid::Uuid;

use super::queries::Group;
use crate::notifications::views::NotificationView;

/// All that you were told about one task.
#[derive(Debug, Clone, Serialize, Apiv2Schema)]
pub struct NotificationGroupView {
    /// Id of the task.
    pub task: Option<Uuid>,
    /// The task's title when you were last told of it.
    pub task_title: Option<String>,
    /// Notifications about it in this list.
    pub total: i64,
    /// Those of them that you have not read.
    pub unread: i64,
    /// The latest of them.
    pub latest: NotificationView,
}

impl From<Group> for NotificationGroupView {
    fn from(group: Group) -> Self {
        Self {
            task: group.latest.task_id,
            task_title: group.latest.task_title.clone(),
            total: group.total,
            unread: group.unread,
            latest: group.latest.into(),
        }
    }
}
