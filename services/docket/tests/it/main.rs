//! The whole system, as its clients see it: real HTTP through the gateway, real Postgres, and both event buses.
//!
//! One binary; one file per resource or promise. Each test has a database (and broker prefix) of its own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // how a test says that something does not hold

mod accounts;
mod bulk;
mod cookies;
mod dashboard;
mod failpoints;
mod feeds;
mod gateway;
mod inbox;
mod mails;
mod matrix;
mod notifications;
mod openapi;
mod paging;
mod preferences;
mod races;
mod readers;
mod receiver;
mod robustness;
mod tasks;
mod tokens;
mod told;
mod totp;
mod transfer;
mod webhooks;
mod world;
