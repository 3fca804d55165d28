//! A private RabbitMQ on loopback: [`find`] it or fetch it, lay out its [`home`], run it as a [`node`].

mod epmd;
mod fetch;
mod find;
mod home;
mod node;
mod ports;

use std::path::PathBuf;

pub use node::RabbitMq;

/// What to start, and where.
#[derive(Debug, Clone)]
pub struct RabbitOptions {
    /// The directory all engines share, for example `.docket`; the broker's files go to `<data_dir>/rabbitmq`.
    /// The caller holds its [`DataDirLock`](crate::DataDirLock) or is sure to be alone in it.
    pub data_dir: PathBuf,
    /// If no RabbitMQ is installed, may one be fetched into the data directory?
    pub allow_fetch: bool,
}
