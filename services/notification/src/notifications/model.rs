//! The row of a notification.

use chrono::{DateTime, Utc};
use diesel::{Queryable, QueryableByName, Selectable};
use uuid::Uuid;

use super::{inbox::Place, kind::Kind};
use crate::schema::notifications;

/// A notification, as its recipient has it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, QueryableByName, Selectable)]
#[diesel(table_name = notifications, check_for_backend(diesel::pg::Pg))]
pub struct Notification {
    /// Notification id.
    pub id: Uuid,
    /// Who is told.
    pub user_id: Uuid,
    /// Order within the user's: a later one is larger.
    pub position: i64,
    /// What it tells of.
    pub kind: Kind,
    /// The task.
    pub task_id: Option<Uuid>,
    /// The task's title then.
    pub task_title: Option<String>,
    /// The sentence.
    pub message: String,
    /// E-mail address, then, of whoever did it.
    pub actor_email: Option<String>,
    /// When they were told.
    pub created_at: DateTime<Utc>,
    /// When they read it.
    pub read_at: Option<DateTime<Utc>>,
    /// When they put it into the archive.
    pub archived_at: Option<DateTime<Utc>>,
    /// When it comes back to them.
    pub snoozed_until: Option<DateTime<Utc>>,
}

impl Notification {
    /// Where it is.
    #[must_use]
    pub fn place(&self) -> Place {
        Place { read_at: self.read_at, archived_at: self.archived_at, snoozed_until: self.snoozed_until }
    }
}
