//! A task's history: who changed which field from what to what, when.

pub mod api;
pub mod entry;
pub mod queries;
pub mod record;
pub mod views;
