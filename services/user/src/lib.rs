//! The user service: accounts, sessions, passwords, and the keys that sign access tokens.
//!
//! `main.rs` starts it by itself; the launcher and tests call [`start`] with a [`Config`].

pub mod accounts;
mod app;
pub mod audit;
pub mod bootstrap;
mod clock;
pub mod command;
pub mod config;
pub mod email_proofs;
pub mod error;
pub mod janitor;
pub mod keys;
pub mod mails;
mod openapi;
pub mod passwords;
mod routes;
mod schema;
pub mod sealing;
pub mod sessions;
pub mod state;
pub mod throttle;
pub mod tokens;
pub mod totp;

pub use app::{SCHEMA, hasher, make_first_admin, migrate, openapi_document, start};
pub use config::Config;
pub use throttle::limits::Limits;
