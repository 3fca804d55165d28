//! The engines against the real thing: every test starts its own server in a directory of its own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // how a test says that something does not hold

mod data_dir;
mod fetching;
mod killed_launcher;
mod lock;
mod place;
mod postgres;
mod rabbitmq;
mod wire;
