//! The engine room: finds, fetches, starts and stops a private, real PostgreSQL and RabbitMQ.
//!
//! The launcher (`services/docket`) and the test kit stand on it, so that neither needs anything installed.
//! Everything an engine writes lies below one data directory, which [`DataDirLock`] guards: take the lock
//! first, start engines second. Nothing here is on the path of a request, hence `anyhow` and blocking calls.

mod child;
mod data_dir;
mod debs;
mod install_line;
mod leftover;
mod lock;
mod log_file;
mod postgres;
mod rabbitmq;
mod server_user;
mod tool;
mod whole_dir;

pub use data_dir::choose_data_dir;
pub use lock::{DataDirLock, RunningElsewhere};
pub use postgres::{Postgres, PostgresOptions};
pub use rabbitmq::{RabbitMq, RabbitOptions};
