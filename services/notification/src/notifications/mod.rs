//! Notifications: what is told, to whom, in which words; read, archived, snoozed, deleted.

pub mod api;
pub mod bulk_api;
pub mod groups;
pub mod inbox;
pub mod kind;
pub mod message;
pub mod model;
pub mod operations;
pub mod queries;
pub mod recipients;
pub mod requests;
pub mod snooze;
pub mod telling;
pub mod views;

/// The channel on which every change of somebody's notifications is announced (a user id, nothing more), in `schema`.
#[must_use]
pub fn channel(schema: &str) -> String {
    format!("notifications_{schema}")
}
