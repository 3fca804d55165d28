//! What the way of an event must hold, over both buses where it concerns the bus.
//!
//! PostgreSQL is started privately (or taken from `DATABASE_URL`, a superuser's). RabbitMQ is taken from `AMQP_URL`,
//! or started privately where it is installed; without it its tests say so and pass, unless `REQUIRE_RABBITMQ=1`.

mod contract;
mod handling;
mod postgres_bus;
mod relaying;
mod running;
mod servers;
mod tables;
mod throughput;
mod world;
