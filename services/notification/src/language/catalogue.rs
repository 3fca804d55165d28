//! Everything that is said to people outside of error messages.

use crate::notifications::{kind::Kind, message::Facts};

/// The messages of one language.
pub trait Catalogue: Sync {
    /// The sentence of a notification.
    fn message(&self, kind: Kind, facts: &Facts<'_>) -> String;

    /// The subject of a mail about it.
    fn subject(&self, kind: Kind, title: &str) -> String;
}
