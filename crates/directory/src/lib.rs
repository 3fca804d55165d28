//! What a service knows of accounts without asking: a projection of `user.*` events in its own schema, held in memory.
//!
//! [`apply`] writes the projection (in the consumer's transaction); [`Directory`] answers from memory on every request
//! and looks for changes twice a second, so that a disabled account or an ended session is void everywhere at once.
//! Someone who registered a moment ago may not be known yet: then the user service is asked over HTTP, once, in the
//! caller's own name.

mod apply;
mod ask;
mod directory;
pub mod gate;
mod memory;
mod person;
mod schema;
mod standing;
mod tokens;

pub use apply::{apply, prune};
pub use ask::UserService;
pub use directory::{Directory, UserRef};
pub use person::{Person, find, find_all, find_by_email};
