//! The delivery log: whether what was to leave the app went, and what the other side said. For administrators.
//!
//! Each channel keeps a queue of its own (`mails`, …); the view `deliveries` of the schema shows all of them as one list.

pub mod api;
pub mod model;
pub mod operations;
pub mod queries;
pub mod requests;
pub mod views;
