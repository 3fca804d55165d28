//! The inbox by task: one row for all that was told about a task, like a thread.

pub mod api;
pub mod queries;
pub mod views;
