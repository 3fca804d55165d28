//! The whole system, as its clients see it: real HTTP through the gateway, real Postgres, and both event buses.
//!
//! One binary; one file per resource or promise. Each test has a database (and broker prefix) of its own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // how a test says that something does not hold

mod totp;
mod world;

mod account_mails;
mod account_races;
mod accounts;
mod alone;
mod audit;
mod backups;
mod bulk;
mod clients;
mod conditional;
mod cookies;
mod cors;
mod dashboard;
mod encrypted_webhooks;
mod events;
mod failpoints;
mod feeds;
mod flood;
mod forged;
mod gateway;
mod hashes;
mod inbox;
mod keys;
mod lanes;
mod latencies;
mod login_times;
mod mails;
mod matrix;
mod notifications;
mod observability;
mod openapi;
mod paging;
mod plans;
mod preferences;
mod races;
mod raw;
mod reader;
mod readers;
mod receiver;
mod revocation;
mod robustness;
mod slow;
mod tasks;
mod throttling;
mod tokens;
mod told;
mod traces;
mod transfer;
mod webhooks;
