//! The modes: what is done to a system, and what must hold afterwards.

mod assignments;
mod broker_outage;
mod soak;

use rand::{SeedableRng as _, rngs::StdRng};

use crate::{
    options::{BusChoice, Options},
    report::Report,
    system::System,
};

/// Does what the command line asks for.
pub async fn run(options: &Options) -> anyhow::Result<Report> {
    let seed = options.seed.unwrap_or_else(rand::random);
    eprintln!("seed {seed}");
    let options = &options.clone().made_small();
    let mut report = Report::new(format!("Chaos, seed {seed}"));
    for bus in buses(options) {
        report.add(on(bus, options, seed).await?);
    }
    Ok(report)
}

/// One mode on a system of its own.
async fn on(bus: BusChoice, options: &Options, seed: u64) -> anyhow::Result<Report> {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut report = Report::new(format!("{}, {} bus", options.title(), bus.name()));
    let system = System::start(options, bus, &mut rng).await?;
    let outcome = match (options.soak, options.broker_outage) {
        (Some(long), _) => soak::run(&system, options, long, &mut rng, &mut report).await,
        (_, Some(away)) => broker_outage::run(&system, options, away, &mut rng, &mut report).await,
        (None, None) => assignments::run(&system, options, &mut rng, &mut report).await,
    };
    let stopped = system.stop(outcome.is_ok() && report.holds()).await;
    outcome?;
    stopped?;
    Ok(report)
}

fn buses(options: &Options) -> Vec<BusChoice> {
    match options.bus {
        Some(bus) => vec![bus],
        // With the Postgres bus there is no broker to be away.
        None if options.broker_outage.is_some() => vec![BusChoice::Rabbitmq],
        None => vec![BusChoice::Postgres, BusChoice::Rabbitmq],
    }
}
