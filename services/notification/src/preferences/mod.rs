//! What somebody wants to be told, and how: by type and channel, how early, and how often.

pub mod api;
pub mod model;
pub mod operations;
pub mod requests;
pub mod views;
