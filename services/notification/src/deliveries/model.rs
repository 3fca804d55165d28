//! The row of a delivery, and its named types.

use chrono::{DateTime, Utc};
use diesel::{Queryable, Selectable};
use uuid::Uuid;

use crate::{schema::deliveries, words::words};

words! {
    /// How it leaves the app.
    Channel:
    /// By mail.
    Email = "email",
    /// As an HTTP request to somebody's own program.
    Webhook = "webhook",
}

words! {
    /// What has become of it.
    Status:
    /// It waits for its first or next attempt.
    Queued = "queued",
    /// The other side took it.
    Sent = "sent",
    /// It was given up.
    Failed = "failed",
    /// It was not to go: `answer` says why.
    Skipped = "skipped",
    /// It waits for the next digest.
    Gathered = "gathered",
    /// It went with a digest.
    Digested = "digested",
}

/// A delivery of any channel.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = deliveries, check_for_backend(diesel::pg::Pg))]
pub struct Delivery {
    /// Its id; that of the notification, where there is one.
    pub id: Uuid,
    /// How it leaves.
    pub channel: Channel,
    /// For whom it is.
    pub user_id: Uuid,
    /// What it tells of.
    pub kind: String,
    /// The task.
    pub task_id: Option<Uuid>,
    /// What it says, in a line.
    pub subject: String,
    /// Where it went at the last attempt: an address, or a URL.
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
    pub next_attempt_at: DateTime<Utc>,
    /// When it was sent or given up.
    pub settled_at: Option<DateTime<Utc>>,
}
