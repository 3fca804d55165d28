//! The task service: tasks, their history, and the trash.
//!
//! `main.rs` starts it by itself; the launcher and tests call [`start`] with a [`Config`].

mod accounts;
pub mod administrator;
mod app;
pub mod bulk;
mod clock;
pub mod command;
pub mod config;
pub mod error;
pub mod history;
pub mod janitor;
pub mod limits;
mod openapi;
mod routes;
mod schema;
pub mod state;
pub mod tasks;
pub mod transfer;
pub mod trash;

pub use app::{SCHEMA, migrate, openapi_document, start};
pub use config::Config;
