//! Whether the token with which a stream was opened is still good: it may expire, and the account may be disabled.

use service_kit::auth::{AccountFault, Bearer, Gate};

/// A stream's right to go on.
pub struct Standing {
    gate: Gate,
    bearer: Bearer,
}

impl Standing {
    /// Of a token that was good when the stream was opened.
    #[must_use]
    pub fn new(gate: Gate, bearer: Bearer) -> Self {
        Self { gate, bearer }
    }

    /// True while it is good, and while that cannot be told.
    pub async fn holds(&self) -> bool {
        !matches!(self.gate.admit(&self.bearer.0).await, Err(AccountFault::Void))
    }
}
