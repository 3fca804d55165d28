//! The command line: serve, or one of the things that an operator does now and then.

use anyhow::bail;
use clap::{Parser, Subcommand};
use messaging::outbox::ReplayCommand;
use service_kit::program;

use crate::{
    app, bootstrap,
    config::Config,
    keys::rotate::{self, Rotation},
    passwords::secret::Secret,
};

/// The user service of Docket.
#[derive(Parser)]
#[command(name = "user-service", version, about)]
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
    /// Make an administrator.
    CreateAdmin {
        /// Their e-mail address.
        #[arg(long)]
        email: String,
        /// Their password; better given as NEW_ADMIN_PASSWORD, which other users of the machine cannot see.
        #[arg(long, env = "NEW_ADMIN_PASSWORD", hide_env_values = true)]
        password: String,
    },
    /// Let the next signing key sign, and publish another next one.
    RotateKeys {
        /// For a key that others may have: do not wait until the next key has been published long enough, and forget the
        /// present one, with the access tokens that it signed, instead of keeping it to verify them.
        #[arg(long)]
        now: bool,
    },
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
        Command::CreateAdmin { email, password } => {
            let db = app::migrate(config).await?;
            bootstrap::create_admin(&db, &app::hasher(config)?, &email, &Secret::new(password)).await?;
            println!("{email} is an administrator.");
            Ok(())
        }
        Command::RotateKeys { now } => {
            let db = app::migrate(config).await?;
            let sealer = app::sealer(config)?;
            match db.transaction(move |conn| rotate::rotate(conn, &sealer, now)).await? {
                Rotation::Done(kid) => println!("{kid} signs from now on."),
                Rotation::TooEarly(at) => bail!(
                    "the next key is not known everywhere yet; rotate after {}, or now with --now",
                    at.to_rfc3339()
                ),
            }
            Ok(())
        }
    }
}
