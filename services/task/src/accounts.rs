//! The consumer of `user.*` events: keeps this service's directory of accounts.

use std::sync::Arc;

use diesel::PgConnection;
use directory::Directory;
use events::Envelope;
use messaging::{EventHandler, HandleError};

/// Writes what is told of accounts into the directory's tables, and wakes its memory.
pub struct AccountNews(pub Directory);

impl EventHandler for AccountNews {
    fn handle(&self, conn: &mut PgConnection, event: &Envelope) -> Result<(), HandleError> {
        directory::apply(conn, event)
    }

    fn committed(&self, _: &[Arc<Envelope>]) {
        self.0.wake();
    }
}
