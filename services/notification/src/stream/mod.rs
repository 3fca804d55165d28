//! The live stream: rows of notifications, as they are committed by whatever replica, become events of open streams.
//!
//! `NOTIFY` only says whose notifications changed. What is sent is read from the tables, after the position that each
//! stream has reached: so nothing is lost when a wake-up is, and nothing is sent twice.

pub mod api;
mod event_stream;
pub mod frame;
mod hub;
mod last_event_id;
pub mod listen;
mod queries;
mod standing;
pub mod tasks;

pub use hub::Hub;
