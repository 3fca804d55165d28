//! How people see their feeds.

use chrono::{DateTime, Utc};
use paperclip::actix::Apiv2Schema;
use serde::Serialize;
use service_kit::http::{ETag, Tagged};
use uuid::Uuid;

use super::model::{Feed, FeedKind};

/// A feed.
#[derive(Debug, Clone, Serialize, Apiv2Schema)]
pub struct FeedView {
    /// Id.
    pub id: Uuid,
    /// `tasks` or `notifications`.
    pub kind: FeedKind,
    /// When its present URL was made.
    pub created_at: DateTime<Utc>,
}

impl From<Feed> for FeedView {
    fn from(row: Feed) -> Self {
        Self { id: row.id, kind: row.kind, created_at: row.created_at }
    }
}

/// All feeds: one of a kind at most.
#[derive(Debug, Clone, Serialize, Apiv2Schema)]
pub struct FeedsView {
    /// The feeds.
    pub results: Vec<FeedView>,
}

/// A feed and its URL, which is shown this once.
#[derive(Debug, Clone, Serialize, Apiv2Schema)]
pub struct FeedWithUrlView {
    /// Id.
    pub id: Uuid,
    /// `tasks` or `notifications`.
    pub kind: FeedKind,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Whoever has it reads the feed, without signing in. It is not shown again.
    pub url: String,
}

impl Tagged for FeedWithUrlView {
    fn etag(&self) -> ETag {
        ETag::new(self.id)
    }
}
