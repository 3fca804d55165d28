//! What people send about feeds.

use paperclip::actix::Apiv2Schema;
use service_kit::http::{Fields, FromFields};

use super::model::FeedKind;

/// A feed to be made.
#[derive(Debug, Clone, Copy, Apiv2Schema)]
pub struct CreateFeedRequest {
    /// `tasks` or `notifications`.
    pub kind: FeedKind,
}

impl FromFields for CreateFeedRequest {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self { kind: fields.required("kind")? })
    }
}
