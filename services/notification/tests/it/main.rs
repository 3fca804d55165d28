//! The notification service's SQL, against a real Postgres: what the whole-system tests do not see from outside.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // how a test says that something does not hold

mod deliveries;
mod digest;
mod digest_model;
mod fan_out;
mod forgetting;
mod inbox;
mod intake;
mod mails;
mod places;
mod reminder_model;
mod reminders;
mod store;
mod streams;
mod webhooks;
