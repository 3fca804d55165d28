//! The contract on the broker: what a message says, and nothing about how it travels.
//!
//! Data only. Both sides of every event read the same sample files (`samples/*.json`), so a field that one
//! side drops fails the other side's tests. Fields are added, never changed: a breaking change is a new
//! `.v2` type beside the old one.

pub mod envelope;
pub mod routing;
pub mod task;
pub mod user;

pub use envelope::{Change, Changes, Envelope, EventActor};
pub use routing::RoutingKey;
pub use task::{TaskData, TaskState};
pub use user::{UserData, UserState};
