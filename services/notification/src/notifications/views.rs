//! How clients see notifications.

use chrono::{DateTime, Utc};
use paperclip::actix::Apiv2Schema;
use serde::{Deserialize, Serialize};
use service_kit::http::{ETag, Tagged, instant};
use uuid::Uuid;

use super::{kind::Kind, model::Notification};

/// A notification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Apiv2Schema)]
pub struct NotificationView {
    /// Id; also that of the stream's event.
    pub id: Uuid,
    /// User id of whoever is told: you.
    pub user: Uuid,
    /// Id of the task; null where it is about none (`webhook_disabled`).
    pub task: Option<Uuid>,
    /// The task's title when it happened.
    pub task_title: Option<String>,
    /// What happened.
    pub r#type: Kind,
    /// The same in a sentence, with times where you live.
    pub message: String,
    /// E-mail address of whoever did it; null where nobody did.
    pub actor: Option<String>,
    /// Whether you have read it.
    pub is_read: bool,
    /// When you read it.
    #[serde(serialize_with = "instant::serialize")]
    pub read_at: Option<DateTime<Utc>>,
    /// Whether you are done with it: it is in the archive.
    pub archived: bool,
    /// When you put it there.
    #[serde(serialize_with = "instant::serialize")]
    pub archived_at: Option<DateTime<Utc>>,
    /// When it comes back, while it is snoozed.
    #[serde(serialize_with = "instant::serialize")]
    pub snoozed_until: Option<DateTime<Utc>>,
    /// When you were told.
    #[serde(serialize_with = "instant::serialize")]
    pub timestamp: DateTime<Utc>,
}

impl From<Notification> for NotificationView {
    fn from(row: Notification) -> Self {
        Self {
            id: row.id,
            user: row.user_id,
            task: row.task_id,
            task_title: row.task_title,
            r#type: row.kind,
            message: row.message,
            actor: row.actor_email,
            is_read: row.read_at.is_some(),
            read_at: row.read_at,
            archived: row.archived_at.is_some(),
            archived_at: row.archived_at,
            snoozed_until: row.snoozed_until,
            timestamp: row.created_at,
        }
    }
}

impl Tagged for NotificationView {
    fn etag(&self) -> ETag {
        // Nothing else of it ever changes.
        let times = [self.read_at, self.archived_at, self.snoozed_until];
        let times =
            times.map(|time| time.map_or_else(String::new, |time| time.timestamp_micros().to_string()));
        ETag::new(times.join("-"))
    }
}

/// How many are unread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Apiv2Schema)]
pub struct UnreadCountView {
    /// Notifications that you have not read.
    pub unread: i64,
}

/// How many changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Apiv2Schema)]
pub struct UpdatedCountView {
    /// Notifications that are otherwise now than before.
    pub updated: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Notification {
        Notification {
            id: Uuid::from_u128(1),
            user_id: Uuid::from_u128(2),
            position: 1,
            kind: Kind::ReAssigned,
            task_id: None,
            task_title: None,
            message: "M".to_owned(),
            actor_email: None,
            created_at: DateTime::UNIX_EPOCH,
            read_at: None,
            archived_at: None,
            snoozed_until: None,
        }
    }

    #[test]
    fn the_type_is_called_type_and_nulls_are_shown() {
        let json = serde_json::to_value(NotificationView::from(row())).expect("JSON");
        assert_eq!(json["type"], "re-assigned");
        assert_eq!(json["is_read"], false);
        for name in ["task", "task_title", "actor", "read_at", "archived_at", "snoozed_until"] {
            assert!(json.get(name).is_some_and(serde_json::Value::is_null), "{name}");
        }
        assert_eq!(json["timestamp"], "1970-01-01T00:00:00Z");
    }

    #[test]
    fn every_change_changes_the_tag() {
        let at = Some(DateTime::UNIX_EPOCH);
        let all = [
            row(),
            Notification { read_at: at, ..row() },
            Notification { archived_at: at, ..row() },
            Notification { snoozed_until: at, ..row() },
        ];
        let tags = all.map(|row| NotificationView::from(row).etag().to_string());
        assert_eq!(tags.iter().collect::<std::collections::BTreeSet<_>>().len(), tags.len(), "{tags:?}");
    }
}
