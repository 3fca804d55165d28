//! The contract on the broker: what a message says, and nothing about how it travels.
//!
//! Data only. `samples/` has one event of each kind: whoever says it is tested to say it in that shape, whoever hears it to
//! understand it, so a field that one side drops fails a test. Fields are added, never changed: a breaking change is a new
//! `.v2` type beside the old one.

pub mod envelope;
pub mod routing;
pub mod task;
pub mod user;

pub use envelope::{Change, Changes, Envelope, EventActor};
pub use routing::RoutingKey;
pub use task::{TaskData, TaskState};
pub use user::{UserData, UserState};
