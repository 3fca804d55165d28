//! Why an operation does not succeed, and the one place where that becomes an answer.

use diesel::result::Error as DieselError;
use service_kit::{
    Problem,
    db::{DatabaseFault, DbError},
};

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
    /// There is no such notification, or it is somebody else's.
    #[error("no such notification")]
    NoSuchNotification,
}

impl DatabaseFault for Error {
    fn database_error(&self) -> Option<&DieselError> {
        match self {
            Self::Database(error) => Some(error),
            Self::Db(_) | Self::Problem(_) | Self::NoSuchNotification => None,
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Db(error) => error.into(),
            Error::Database(error) => error.into(),
            Error::Problem(problem) => problem,
            Error::NoSuchNotification => Self::not_found(),
        }
    }
}
