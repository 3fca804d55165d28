//! The trash: tasks come back from it within 30 days, or go for good.

pub mod api;
pub mod purge;
