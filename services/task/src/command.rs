//! The command line: serve, or one of the things that an operator does now and then.

use clap::{Parser, Subcommand};
use messaging::outbox::ReplayCommand;
use service_kit::program;

use crate::{app, config::Config};

/// The task service of Docket.
#[derive(Parser)]
#[command(name = "task-service", version, about)]
pub struct CommandLine {
    /// Settings.
    #[command(flatten)]
    pub config: Config,

    /// What to do; serve if nothing is said.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What the program can do.
#[derive(Subcommand)]
pub enum Command {
    /// Serve until SIGTERM or Ctrl-C.
    Serve,
    /// Bring the database schema up to date, and end.
    Migrate,
    /// Ask the running service on this machine for its sign of life.
    Healthcheck,
    /// Have the events that were sent since then sent again (the last 7 days are kept), for a broker that lost its data.
    /// Consumers drop what they have seen.
    Replay(ReplayCommand),
}

/// Runs a command other than `serve`.
///
/// # Errors
/// What went wrong, for the operator.
pub async fn run(config: &Config, command: Command) -> anyhow::Result<()> {
    match command {
        Command::Serve => Ok(()),
        Command::Migrate => app::migrate(config).await.map(|_| ()),
        Command::Healthcheck => program::healthcheck(config.ops_listen).await,
        Command::Replay(replay) => replay.run(&app::migrate(config).await?).await,
    }
}
