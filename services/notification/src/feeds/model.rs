//! The row of a feed, and what its entries are made of.

use chrono::{DateTime, Utc};
use diesel::{Queryable, Selectable};
use uuid::Uuid;

use crate::{schema::feeds, words::words};

words! {
    /// What a feed shows.
    FeedKind:
    /// My tasks, as a calendar.
    Tasks = "tasks",
    /// My notifications, as news.
    Notifications = "notifications",
}

impl FeedKind {
    /// The end of its URL.
    #[must_use]
    pub const fn file(self) -> &'static str {
        match self {
            Self::Tasks => "tasks.ics",
            Self::Notifications => "notifications.atom",
        }
    }
}

/// A feed, without the hash of its secret.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = feeds, check_for_backend(diesel::pg::Pg))]
pub struct Feed {
    /// Feed id.
    pub id: Uuid,
    /// Whose it is.
    pub user_id: Uuid,
    /// What it shows.
    pub kind: FeedKind,
    /// When its present URL was made.
    pub created_at: DateTime<Utc>,
}

/// A task as the calendar shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Task id.
    pub id: Uuid,
    /// Title.
    pub title: String,
    /// When it is due.
    pub due_date: Option<DateTime<Utc>>,
    /// `todo`, `in-progress` or `completed`.
    pub status: String,
    /// Its version.
    pub sequence: i64,
    /// When that version came.
    pub changed_at: DateTime<Utc>,
}
