//! The modes: what is done to a system, and what must hold afterwards.

mod assignments;
mod broker_outage;
mod database_outage;
mod first_starts;
mod rolling;
mod sick_peers;
mod soak;

use anyhow::Context as _;
use rand::{SeedableRng as _, rngs::StdRng};
use rig::System;

use crate::{
    options::{BusChoice, Options},
    report::Report,
};

/// Does what the command line asks for.
pub async fn run(options: &Options) -> anyhow::Result<Report> {
    let seed = options.seed.unwrap_or_else(rand::random);
    eprintln!("seed {seed}");
    let options = &options.clone().made_small();
    let mut report = Report::new(format!("Chaos, seed {seed}"));
    if let Some(rounds) = options.first_starts {
        let mut rng = StdRng::seed_from_u64(seed);
        report.add(first_starts::run(options, rounds, &mut rng).await?);
        return Ok(report);
    }
    for bus in buses(options) {
        report.add(on(bus, options, seed).await?);
    }
    Ok(report)
}

/// One mode on a system of its own.
async fn on(bus: BusChoice, options: &Options, seed: u64) -> anyhow::Result<Report> {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut report = Report::new(format!("{}, {} bus", options.title(), bus.name()));
    let mut system = System::start(&options.plan(bus)?, &mut rng).await?;
    let outcome = act(&mut system, options, &mut rng, &mut report).await;
    let stopped = system.stop(outcome.is_ok() && report.holds()).await;
    outcome?;
    stopped?;
    Ok(report)
}

async fn act(
    system: &mut System,
    options: &Options,
    rng: &mut StdRng,
    report: &mut Report,
) -> anyhow::Result<()> {
    if let Some(long) = options.soak {
        soak::run(system, options, long, rng, report).await
    } else if let Some(away) = options.broker_outage {
        broker_outage::run(system, options, away, rng, report).await
    } else if let Some(away) = options.database_outage {
        database_outage::run(system, options, away, rng, report).await
    } else if let Some(rollouts) = options.rolling {
        rolling::run(system, options, rollouts, rng, report).await
    } else if options.sick_peers {
        let peer = system.task_peer.as_ref().context("no peer")?;
        sick_peers::run(system, peer, report).await
    } else {
        assignments::run(system, options, rng, report).await
    }
}

fn buses(options: &Options) -> Vec<BusChoice> {
    match options.bus {
        Some(bus) => vec![bus],
        // With the Postgres bus there is no broker to be away; and to the dashboard the bus is nothing.
        None if options.broker_outage.is_some() => vec![BusChoice::Rabbitmq],
        None if options.sick_peers => vec![BusChoice::Postgres],
        None => vec![BusChoice::Postgres, BusChoice::Rabbitmq],
    }
}
