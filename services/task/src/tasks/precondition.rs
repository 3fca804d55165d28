//! Pure: the state in which the caller wants to find the task that they write.

use service_kit::{Problem, http::IfMatch};

use super::model::Task;

/// What must hold of the locked row.
#[derive(Debug, Clone)]
pub enum Precondition {
    /// Nothing.
    None,
    /// `If-Match` of a single call.
    Header(IfMatch),
    /// `if_version` of an operation in bulk.
    Version(i64),
}

impl Precondition {
    /// Holds it against the present state.
    ///
    /// # Errors
    /// 412.
    pub fn check(&self, present: &Task) -> Result<(), Problem> {
        match self {
            Self::Header(header) => header.check(present),
            Self::Version(version) if *version != present.version => Err(Problem::precondition_failed()),
            Self::None | Self::Version(_) => Ok(()),
        }
    }
}
