//! The notification service: who is told of what, reminders, the live stream, mails, the dashboard; and the page and
//! the documentation, which are inside its binary.
//!
//! `main.rs` starts it by itself; the launcher and tests call [`start`] with a [`Config`].

mod app;
pub mod command;
pub mod config;
pub mod dashboard;
pub mod deliveries;
pub mod digest;
pub mod docs;
pub mod error;
pub mod feeds;
pub mod intake;
pub mod janitor;
pub mod language;
pub mod local_time;
pub mod mail;
pub mod notifications;
mod openapi;
pub mod page;
pub mod preferences;
pub mod reminders;
mod routes;
mod schema;
pub mod state;
pub mod stream;
pub mod webhooks;
mod words;

pub use app::{SCHEMA, migrate, openapi_document, start};
pub use config::Config;
