//! Proof that somebody reads the mail of an address: of the present one of their account, or of the one that it shall
//! have. A mailed token is the proof; it works once, for 30 minutes.

pub mod api;
pub mod operations;
pub mod rule;
pub mod store;

pub use rule::Rule;
