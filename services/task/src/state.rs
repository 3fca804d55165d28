//! What every handler has at hand.

use directory::Directory;
use messaging::RelayWaker;
use service_kit::{db::Db, http::CursorKey};

/// The parts of a running service. Cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// The way to the database.
    pub db: Db,
    /// Who is who.
    pub directory: Directory,
    /// Signs paging cursors.
    pub cursors: CursorKey,
    /// To be woken after a commit that wrote events.
    pub relay: RelayWaker,
}
