//! The consumer's side: from an event on the bus to those who are told of it, in the transaction of the inbox row.

pub mod handler;
pub mod projection;
mod tasks;
pub mod who_is_told;
