//! The task service's SQL, against a real Postgres: what the whole-system tests do not see from outside.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // how a test says that something does not hold

mod explain;
mod groups;
mod paging;
mod plans;
mod purging;
mod searching;
mod store;
