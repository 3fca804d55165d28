//! Why an operation does not succeed, and the one place where that becomes an answer.

use diesel::result::Error as DieselError;
use service_kit::{
    Problem,
    db::{DatabaseFault, DbError},
};

use crate::transfer::export::encoder::EncodeFault;

/// Everything that can go wrong in this service.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No connection.
    #[error(transparent)]
    Db(#[from] DbError),
    /// A statement failed.
    #[error(transparent)]
    Database(#[from] DieselError),
    /// Already worded for the client.
    #[error(transparent)]
    Problem(#[from] Problem),
    /// There is no such task, or the caller may not know that there is.
    #[error("no such task")]
    NoSuchTask,
    /// The caller may see the task, and may not do that to it.
    #[error("not allowed: {0}")]
    NotAllowed(&'static str),
    /// To be restored, a task must be in the trash.
    #[error("the task is not in the trash")]
    NotInTrash,
    /// Nobody active goes by that e-mail address or id.
    #[error("no such assignee")]
    NoSuchAssignee,
    /// The import that was to be finished had been given up.
    #[error("the import was given up meanwhile")]
    ImportOver,
    /// A task could not be written into a file.
    #[error("export: {0}")]
    Export(#[from] EncodeFault),
    /// An event could not be written down.
    #[error("event: {0}")]
    Event(#[from] serde_json::Error),
}

impl DatabaseFault for Error {
    fn database_error(&self) -> Option<&DieselError> {
        match self {
            Self::Database(error) => Some(error),
            _ => None,
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Db(error) => error.into(),
            Error::Database(error) => error.into(),
            Error::Problem(problem) => problem,
            Error::NoSuchTask => Self::not_found(),
            Error::NotAllowed(reason) => Self::forbidden(reason),
            Error::NotInTrash => Self::conflict("This task is not in the trash."),
            Error::NoSuchAssignee => Self::invalid("assigned_to", "is not an active user"),
            Error::ImportOver => {
                Self::conflict("The import was given up meanwhile: it gave no sign of life.")
            }
            Error::Export(error) => Self::internal(&error),
            Error::Event(error) => Self::internal(&error),
        }
    }
}
