//! The command line.

use std::{path::PathBuf, time::Duration};

use anyhow::Context as _;
use clap::{Parser, ValueEnum};
use messaging::BusKind;
use rig::Plan;

/// Which event bus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum BusChoice {
    /// Tables in Postgres.
    Postgres,
    /// RabbitMQ.
    Rabbitmq,
}

impl BusChoice {
    /// Its name in settings and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::Rabbitmq => "rabbitmq",
        }
    }

    /// Which adapter that is.
    pub fn kind(self) -> BusKind {
        match self {
            Self::Postgres => BusKind::Postgres,
            Self::Rabbitmq => BusKind::RabbitMq,
        }
    }
}

/// Kills parts of a running Docket at random, and counts what was lost or doubled.
///
/// Without one of the modes: assignments under kills, on the bus that is asked for.
#[derive(Debug, Clone, Parser)]
#[command(name = "scripts/chaos", version)]
pub struct Options {
    /// Which event bus; both, one after the other, if nothing is said.
    #[arg(long, value_enum)]
    pub bus: Option<BusChoice>,

    /// Assignments to be acknowledged.
    #[arg(long, default_value_t = 10_000)]
    pub assignments: u64,

    /// How often each part is killed.
    #[arg(long, default_value_t = 5)]
    pub kills: u32,

    /// Assignments a second, so that the load lasts as long as the kills do.
    #[arg(long, default_value_t = 40)]
    pub rate: u32,

    /// Clients that write at the same time.
    #[arg(long, default_value_t = 50)]
    pub clients: usize,

    /// Seed of everything random; drawn, and printed, if not given.
    #[arg(long)]
    pub seed: Option<u64>,

    /// Mode: a small run of at most three minutes on both buses.
    #[arg(long, group = "mode")]
    pub quick: bool,

    /// Mode: 200 tasks, each re-assigned 50 times under kills.
    #[arg(long, group = "mode")]
    pub order: bool,

    /// Mode: mixed load of 50 requests a second for so long (60m), a kill every 5 minutes, memory watched.
    #[arg(long, group = "mode", value_parser = duration)]
    pub soak: Option<Duration>,

    /// Mode: the bus is away for so long (30m) while writes go on.
    #[arg(long, group = "mode", value_parser = duration)]
    pub broker_outage: Option<Duration>,

    /// Mode: the notification service's database is away for so long (10m) while the others go on.
    #[arg(long, group = "mode", value_parser = duration)]
    pub database_outage: Option<Duration>,

    /// Mode: each service is replaced so many times, two replicas one after the other, at 100 requests a second.
    #[arg(long, group = "mode", value_name = "ROLLOUTS")]
    pub rolling: Option<u32>,

    /// With --rolling: every other rollout is one to the programs in this directory, and the next one back again, as a
    /// release and its withdrawal: the older programs serve while the newer ones migrate, and after it.
    #[arg(long, requires = "rolling", value_name = "DIRECTORY")]
    pub upgrade_to: Option<PathBuf>,

    /// Mode: so many rounds of eight processes that start at the same moment on an empty database.
    #[arg(long, group = "mode", value_name = "ROUNDS")]
    pub first_starts: Option<u32>,

    /// Mode: the task service is hung, slow or failing; what that does to the dashboard and to other endpoints.
    #[arg(long, group = "mode")]
    pub sick_peers: bool,

    /// Where the services' programs are; beside this one if nothing is said.
    #[arg(long)]
    pub binaries: Option<PathBuf>,

    /// Keep the data directory, with every part's log.
    #[arg(long)]
    pub keep: bool,
}

impl Options {
    /// `--quick`: on a busy machine within three minutes, both buses together.
    pub fn made_small(self) -> Self {
        if !self.quick {
            return self;
        }
        Self { assignments: 600, kills: 1, rate: 20, ..self }
    }

    /// The directory with the three services' programs.
    pub fn programs(&self) -> anyhow::Result<PathBuf> {
        match &self.binaries {
            Some(directory) => Ok(directory.clone()),
            None => Ok(std::env::current_exe()?.parent().context("no directory")?.to_owned()),
        }
    }

    /// The system that the mode is about.
    pub fn plan(&self, bus: BusChoice) -> anyhow::Result<Plan> {
        Ok(Plan {
            bus: bus.kind(),
            binaries: self.programs()?,
            is_replicated: self.rolling.is_some(),
            upgrade_to: self.upgrade_to.clone(),
            has_task_peer: self.sick_peers,
            keep: self.keep,
        })
    }

    /// What the mode is about.
    pub fn title(&self) -> &'static str {
        match self {
            Self { soak: Some(_), .. } => "Soak",
            Self { broker_outage: Some(_), .. } => "Broker outage",
            Self { database_outage: Some(_), .. } => "Database outage",
            Self { rolling: Some(_), .. } => "Rolling restarts",
            Self { sick_peers: true, .. } => "Sick peers",
            Self { order: true, .. } => "Order under kills",
            _ => "Assignments under kills",
        }
    }
}

/// `90s`, `60m`, `1h`.
fn duration(text: &str) -> Result<Duration, String> {
    let unit = |factor: u64, number: &str| {
        let number: u64 = number.parse().map_err(|_| format!("{text} is not a time such as 90s, 60m, 1h"))?;
        Ok(Duration::from_secs(number * factor))
    };
    match text.split_at_checked(text.len().saturating_sub(1)) {
        Some((number, "s")) => unit(1, number),
        Some((number, "m")) => unit(60, number),
        Some((number, "h")) => unit(3600, number),
        _ => Err(format!("{text} is not a time such as 90s, 60m, 1h")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_a_unit() {
        assert_eq!(duration("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("60m"), Ok(Duration::from_secs(3600)));
        assert_eq!(duration("1h"), Ok(Duration::from_secs(3600)));
        for wrong in ["", "m", "60", "1.5h", "6ö"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }
}
