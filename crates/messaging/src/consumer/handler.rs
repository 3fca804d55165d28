//! What a service says about an event.

use std::sync::Arc;

use diesel::{PgConnection, result::Error as DieselError};
use events::Envelope;
use service_kit::db::{DatabaseFault, DbError};
use thiserror::Error;

/// What follows from an event.
pub trait EventHandler: Send + Sync + 'static {
    /// Writes what follows from `event`, in the transaction that also remembers it as seen. Called again when the
    /// transaction was rolled back, so it must do nothing but write to `conn`. An event that does not concern the
    /// handler is `Ok`.
    ///
    /// # Errors
    /// [`HandleError`] says whether trying again may help.
    fn handle(&self, conn: &mut PgConnection, event: &Envelope) -> Result<(), HandleError>;

    /// The same for a batch of events, in their order, none of them twice; unless a handler knows better, one after the
    /// other. When it fails, all of it is rolled back and the events come one by one: so the faulty one is found.
    ///
    /// # Errors
    /// As [`EventHandler::handle`].
    fn handle_all(&self, conn: &mut PgConnection, events: &[&Envelope]) -> Result<(), HandleError> {
        events.iter().try_for_each(|event| self.handle(conn, event))
    }

    /// After the commit of what follows from `events`: wake whom they concern.
    fn committed(&self, _events: &[Arc<Envelope>]) {}
}

/// Why an event could not be handled.
#[derive(Debug, Error)]
pub enum HandleError {
    /// It never can be; it becomes a dead letter with this reason.
    #[error("{0}")]
    Permanent(String),
    /// Something else is wrong (database down): the event is tried again in its place, with backoff. A statement that
    /// the database refuses 8 times makes a dead letter too, so that one event cannot hold up the queue for ever.
    #[error(transparent)]
    Passing(anyhow::Error),
}

impl From<DieselError> for HandleError {
    fn from(error: DieselError) -> Self {
        Self::Passing(error.into())
    }
}

impl From<DbError> for HandleError {
    fn from(error: DbError) -> Self {
        Self::Passing(error.into())
    }
}

impl From<serde_json::Error> for HandleError {
    fn from(error: serde_json::Error) -> Self {
        Self::Permanent(error.to_string())
    }
}

impl DatabaseFault for HandleError {
    fn database_error(&self) -> Option<&DieselError> {
        match self {
            Self::Permanent(_) => None,
            Self::Passing(error) => error.downcast_ref(),
        }
    }
}
