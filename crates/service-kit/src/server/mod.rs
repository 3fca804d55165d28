//! What a process does with its addresses: [`http`] serves an application on one, [`RunningService`] is a service that
//! does so until a [`ShutdownSignal`].
//!
//! Every connection is held to its [`turn`]: a client that says nothing, or says it as slowly as it can, is cut off.

mod answer;
mod connection;
mod listen;
mod refusal;
mod running;
mod shutdown;
mod turn;

pub use listen::{HangUp, Threads, http};
pub use running::RunningService;
pub use shutdown::ShutdownSignal;

/// Requests in flight at the end have this long.
const DRAIN_SECONDS: u64 = 20;
