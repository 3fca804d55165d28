//! For tests only: real servers, a database of its own for each test, and an HTTP client that says what it saw.
//!
//! A test binary starts one private Postgres (and one RabbitMQ, where there is one) for all of its tests; they end
//! with the process. `DATABASE_URL` and `AMQP_URL` name servers to use instead.

#![allow(clippy::expect_used, clippy::panic)] // how test support says that something does not hold

mod client;
mod database;
mod eventually;
mod peer;
mod servers;

pub use client::{Answer, Client};
pub use database::TestDatabase;
pub use eventually::{PATIENCE, eventually};
pub use peer::{Mood, Peer};
pub use servers::{postgres, postgres_log, rabbitmq};
