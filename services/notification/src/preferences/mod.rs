//! What somebody wants to be told, and how: by type and channel, how early, how often, in which hours and language.

pub mod api;
pub mod lead_times;
pub mod model;
pub mod operations;
pub mod quiet_hours;
pub mod requests;
mod row;
pub mod views;
