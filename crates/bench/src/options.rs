//! The command line.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Parser, Subcommand};

use crate::scenario::Scenario;

/// Where sizes are compared, somebody has as many tasks at each.
const TASKS_OF_ONE: u32 = 100;

/// Measures Docket: throughput, latency, processor time per request.
#[derive(Debug, Clone, Parser)]
#[command(name = "scripts/bench", version)]
pub struct Options {
    /// Users; each has an equal share of tasks and notifications.
    #[arg(long, default_value_t = 1_000)]
    pub users: u32,

    /// Tasks.
    #[arg(long, default_value_t = 100_000)]
    pub tasks: u32,

    /// Notifications.
    #[arg(long, default_value_t = 200_000)]
    pub notifications: u32,

    /// Several sizes side by side, and what grows with them, instead of one and its floors. Memory and disk are those of all
    /// sizes together: ten million tasks take some 30 GB.
    #[arg(long)]
    pub scale: bool,

    /// Tasks of each size; each has as many notifications, and a user for every hundred.
    #[arg(long, value_delimiter = ',', default_value = "10000,1000000,10000000")]
    pub sizes: Vec<u32>,

    /// Connections of the closed loop, each a user of its own.
    #[arg(long, default_value_t = 16)]
    pub connections: usize,

    /// Seconds of each scenario in each round.
    #[arg(long, default_value_t = 5)]
    pub seconds: u64,

    /// Rounds; the report gives medians over them. Scenarios and floors alternate within each.
    #[arg(long, default_value_t = 3)]
    pub rounds: usize,

    /// Only this scenario; several times for several.
    #[arg(long, value_enum)]
    pub only: Vec<Scenario>,

    /// Open loop: requests of the mix a second, for 30 seconds; 0 for none.
    #[arg(long, default_value_t = 1_000)]
    pub rate: u32,

    /// Seconds of the open loop.
    #[arg(long, default_value_t = 30)]
    pub open_seconds: u64,

    /// The event bus is in Postgres, not RabbitMQ.
    #[arg(long)]
    pub postgres_bus: bool,

    /// Where the services' programs are; beside this one if nothing is said.
    #[arg(long)]
    pub binaries: Option<PathBuf>,

    /// Keep the data directory, with every part's log.
    #[arg(long)]
    pub keep: bool,

    /// What the bench starts of itself.
    #[command(subcommand)]
    pub command: Option<Command>,
}

impl Options {
    /// The same with so many tasks. People have as many as before; there are more people.
    #[must_use]
    pub fn sized(&self, tasks: u32) -> Self {
        Self { tasks, notifications: tasks, users: (tasks / TASKS_OF_ONE).max(1), ..self.clone() }
    }
}

/// What the bench starts of itself.
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum Command {
    /// A bare actix server that answers everything with the same 4 KB of JSON.
    Floor {
        /// Where.
        listen: SocketAddr,
    },
}
