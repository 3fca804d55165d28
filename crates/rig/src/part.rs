//! A part of the system: how it is started, and one run of it.

use std::{fs::OpenOptions, path::PathBuf, process::Stdio, time::Duration};

use anyhow::Context as _;
use engines::{Postgres, PostgresOptions, RabbitMq, RabbitOptions};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tokio::process::{Child, Command};

/// How often an engine, whose process is not ours to wait for, is looked at.
const LOOK: Duration = Duration::from_millis(50);
/// An orderly end may take so long.
const PATIENCE: Duration = Duration::from_secs(60);

/// How a part is started.
#[derive(Clone)]
pub enum Recipe {
    /// A service, or the gateway.
    Process(Program),
    /// The database.
    Postgres(PostgresOptions),
    /// The broker.
    RabbitMq(RabbitOptions),
}

/// A program with everything that it is told.
#[derive(Clone)]
pub struct Program {
    /// The executable.
    pub path: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// Its whole environment.
    pub environment: Vec<(&'static str, String)>,
    /// What it says is added to this file.
    pub log: PathBuf,
}

/// One run.
pub enum Running {
    /// A child.
    Process(Child),
    /// The database.
    Postgres(Box<Postgres>),
    /// The broker.
    RabbitMq(Box<RabbitMq>),
}

impl Recipe {
    /// Starts it. Engines answer when this returns; processes may not yet.
    pub async fn start(&self) -> anyhow::Result<Running> {
        match self.clone() {
            Self::Process(program) => Ok(Running::Process(program.spawn()?)),
            Self::Postgres(options) => {
                let server = tokio::task::spawn_blocking(move || Postgres::start(&options)).await??;
                Ok(Running::Postgres(Box::new(server)))
            }
            Self::RabbitMq(options) => {
                let broker = tokio::task::spawn_blocking(move || RabbitMq::start(&options)).await??;
                Ok(Running::RabbitMq(Box::new(broker)))
            }
        }
    }
}

impl Program {
    /// Starts it; it dies with its handle.
    pub fn spawn(&self) -> anyhow::Result<Child> {
        let log = OpenOptions::new().create(true).append(true).open(&self.log)?;
        Command::new(&self.path)
            .args(&self.arguments)
            .env_clear()
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {}", self.path.display()))
    }
}

impl Running {
    /// The process to kill; `None` once it is gone.
    pub fn pid(&self) -> Option<u32> {
        match self {
            Self::Process(child) => child.id(),
            Self::Postgres(server) => Some(server.pid()),
            Self::RabbitMq(broker) => Some(broker.pid()),
        }
    }

    /// Waits until it is gone.
    pub async fn ended(&mut self) {
        loop {
            let alive = match self {
                Self::Process(child) => {
                    // An error means that there is nothing to wait for any more.
                    let _ = child.wait().await;
                    false
                }
                Self::Postgres(server) => server.is_alive(),
                Self::RabbitMq(broker) => broker.is_alive(),
            };
            if !alive {
                return;
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// An orderly end.
    pub async fn stop(self) -> anyhow::Result<()> {
        match self {
            Self::Process(mut child) => {
                if let Some(pid) = child.id() {
                    send(pid, Signal::SIGTERM)?;
                }
                tokio::time::timeout(PATIENCE, child.wait()).await.context("it does not stop")??;
                Ok(())
            }
            Self::Postgres(server) => tokio::task::spawn_blocking(|| server.stop()).await?,
            Self::RabbitMq(broker) => tokio::task::spawn_blocking(|| broker.stop()).await?,
        }
    }
}

/// Sends a signal to a process of ours.
pub fn send(pid: u32, signal: Signal) -> anyhow::Result<()> {
    Ok(kill(Pid::from_raw(pid.cast_signed()), signal)?)
}
