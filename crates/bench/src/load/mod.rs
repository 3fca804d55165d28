//! Requests, in a closed loop (each connection asks again when it has been answered) and in an open one (so many a second,
//! whether the last ones have been answered or not).

pub mod closed;
mod connection;
pub mod open;

use std::{sync::Arc, time::Duration};

pub use connection::Connection;

use crate::people::{Administrator, Caller};

/// Who asks whom.
#[derive(Clone)]
pub struct Target {
    /// The users.
    pub callers: Arc<Vec<Caller>>,
    /// The administrator.
    pub administrator: Arc<Administrator>,
    /// Where the services listen.
    pub addresses: rig::addresses::Addresses,
    /// The gateway, if the requests go through it.
    pub gateway: Option<String>,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Outcome {
    /// How long each took.
    pub latencies: Vec<Duration>,
    /// Answers that were not success; and none at all.
    pub failures: u64,
}
