//! The command line: serve, or one of the things that an operator does now and then.

use clap::{Parser, Subcommand};
use service_kit::program;

use crate::{app, config::Config};

/// How many dead letters `list` shows.
const SHOWN: usize = 100;

/// The notification service of Docket.
#[derive(Parser)]
#[command(name = "notification-service", version, about)]
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
    /// Events that could not be dealt with.
    DeadLetters {
        /// What to do with them.
        #[command(subcommand)]
        what: DeadLetters,
    },
}

/// What can be done with dead letters.
#[derive(Subcommand, Clone, Copy)]
pub enum DeadLetters {
    /// Show them, oldest first, 100 at most.
    List,
    /// Put them back into the queue. What was dealt with meanwhile is dropped, so doing it twice changes nothing.
    Redrive,
    /// Delete them for good.
    Drop,
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
        Command::DeadLetters { what } => dead_letters(config, what).await,
    }
}

async fn dead_letters(config: &Config, what: DeadLetters) -> anyhow::Result<()> {
    let bus = messaging::connect(&config.bus.settings(&config.service.database_url)).await?;
    let (queue, _) = events::routing::NOTIFICATION_EVENTS;
    match what {
        DeadLetters::List => {
            let letters = bus.dead_letters(queue, SHOWN).await?;
            for letter in &letters {
                let id = letter.event_id.map(|id| id.to_string()).unwrap_or_else(|| "(no id)".to_owned());
                let died = letter.died_at.map(|at| at.to_rfc3339()).unwrap_or_default();
                println!("{died} {id} {}: {}\n    {}", letter.routing_key, letter.reason, letter.body);
            }
            println!(
                "{} dead letters{}.",
                letters.len(),
                if letters.len() == SHOWN { " or more" } else { "" }
            );
        }
        DeadLetters::Redrive => {
            println!("{} dead letters are in the queue again.", bus.redrive(queue).await?);
        }
        DeadLetters::Drop => println!("{} dead letters are gone.", bus.drop_dead_letters(queue).await?),
    }
    Ok(())
}
