//! A private PostgreSQL: [`find`] its binaries or [`fetch`] them, make its [`cluster`], run its [`server`].

mod cluster;
mod fetch;
mod find;
mod leftover;
mod obtain;
mod ready;
mod server;
mod socket_dir;

use std::path::PathBuf;

pub use server::Postgres;

/// What to start, and where.
#[derive(Debug, Clone)]
pub struct PostgresOptions {
    /// The directory all engines share, for example `.docket`; the cluster goes to `<data_dir>/postgres`.
    /// The caller holds its [`DataDirLock`](crate::DataDirLock) or is sure to be alone in it.
    pub data_dir: PathBuf,
    /// If no PostgreSQL is installed, may one be fetched into the data directory?
    pub allow_fetch: bool,
    /// Use the binaries in this directory and no others (`PG_BIN`).
    pub pg_bin: Option<PathBuf>,
    /// The server's `max_connections`.
    pub max_connections: u32,
    /// `true`: a commit survives a power cut. `false` saves the flushes, for data that a test throws away.
    pub durable: bool,
}
