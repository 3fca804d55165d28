//! What every handler has at hand.

use std::sync::Arc;

use service_kit::{db::Db, http::CursorKey};
use tokio_util::sync::CancellationToken;

use crate::{dashboard::Upstreams, feeds::Links, stream::Hub, webhooks::Webhooks};

/// The parts of a running service. Cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// The way to the database.
    pub db: Db,
    /// Signs paging cursors.
    pub cursors: CursorKey,
    /// Open streams.
    pub hub: Arc<Hub>,
    /// The other two services, as the dashboard asks them.
    pub upstreams: Arc<Upstreams>,
    /// Webhooks: where they may lead, and their sender.
    pub webhooks: Webhooks,
    /// Where links in feeds lead.
    pub links: Links,
    /// Ends the streams.
    pub stop: CancellationToken,
}
