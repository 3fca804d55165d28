//! How administrators see deliveries.

use chrono::{DateTime, Utc};
use paperclip::actix::Apiv2Schema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::model::{Channel, Delivery, Status};

/// Something that left the app, or is to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Apiv2Schema)]
pub struct DeliveryView {
    /// Id.
    pub id: Uuid,
    /// How it leaves the app.
    pub channel: Channel,
    /// User id of whoever it is for.
    pub user: Uuid,
    /// What it tells of: a type of notification, `digest` or `test`.
    pub r#type: String,
    /// Id of the task.
    pub task: Option<Uuid>,
    /// What it says, in a line.
    pub subject: String,
    /// Where it went at the last attempt: an e-mail address, or a URL.
    pub recipient: Option<String>,
    /// What has become of it.
    pub status: Status,
    /// Attempts so far.
    pub attempts: i32,
    /// What the other side said last, or why it was not sent.
    pub answer: Option<String>,
    /// When it was queued.
    pub created_at: DateTime<Utc>,
    /// The next attempt, while it is queued.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// When it was sent or given up.
    pub settled_at: Option<DateTime<Utc>>,
}

impl From<Delivery> for DeliveryView {
    fn from(row: Delivery) -> Self {
        Self {
            id: row.id,
            channel: row.channel,
            user: row.user_id,
            r#type: row.kind,
            task: row.task_id,
            subject: row.subject,
            recipient: row.recipient,
            status: row.status,
            attempts: row.attempts,
            answer: row.answer,
            created_at: row.created_at,
            next_attempt_at: (row.status == Status::Queued).then_some(row.next_attempt_at),
            settled_at: row.settled_at,
        }
    }
}
