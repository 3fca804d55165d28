//! What the way of an event must hold, over both buses where it concerns the bus.
//!
//! PostgreSQL is started privately (or taken from `DATABASE_URL`, a superuser's). RabbitMQ is taken from `AMQP_URL`,
//! or started privately where it is installed; without it its tests say so and pass, unless `REQUIRE_RABBITMQ=1`.

// Clippy's exception for tests covers only the functions marked as tests, not what they call.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod amounts;
mod contract;
mod handling;
mod large;
mod postgres_bus;
mod rabbitmq_bus;
mod relaying;
mod running;
mod servers;
mod tables;
mod throughput;
mod watching;
mod world;
mod young;
