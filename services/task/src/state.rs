//! What every handler has at hand.

use directory::Directory;
use messaging::RelayWaker;
use service_kit::{db::Db, http::CursorKey};

use crate::{tasks::writer::Writer, transfer::import::work::ImportSlot};

/// The parts of a running service. Cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// The way to the database.
    pub db: Db,
    /// Who is who.
    pub directory: Directory,
    /// Signs paging cursors.
    pub cursors: CursorKey,
    /// For the one import at a time.
    pub import_slot: ImportSlot,
    /// The way of a command to the database.
    pub writer: Writer,
    /// To be woken after a commit that wrote events.
    pub relay: RelayWaker,
}
