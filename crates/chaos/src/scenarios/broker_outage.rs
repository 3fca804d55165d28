//! The broker is away for a while: writes go on, the outbox grows, and drains when it is back.

use std::time::Duration;

use rand::rngs::StdRng;
use rig::System;
use tokio::time::{Instant, sleep};

use crate::{
    audit::{self, tables::Tables},
    clients::{
        load::{Load, Measure},
        writers::Plan,
    },
    options::Options,
    report::Report,
};

/// Before the outage.
const HEALTHY: Duration = Duration::from_secs(15);
const LOOK: Duration = Duration::from_millis(500);

/// `away` without the broker.
pub async fn run(
    system: &System,
    options: &Options,
    away: Duration,
    rng: &mut StdRng,
    report: &mut Report,
) -> anyhow::Result<()> {
    let measure = Measure {
        plan: Plan::Mixed,
        clients: options.clients,
        assignments: u64::MAX,
        rate: options.rate,
        reads: options.rate,
    };
    let load = Load::start(system, measure, rng).await?;
    sleep(HEALTHY).await;
    let broker = system.part("broker")?;
    broker.take_away();
    let before = load.work.acknowledged();
    sleep(away).await;
    let accepted = load.work.acknowledged() - before;
    let waiting = Tables::of_outboxes(system).await?;
    broker.bring_back();
    let back = Instant::now();
    while broker.pid().is_none() {
        sleep(LOOK).await;
    }
    let started = back.elapsed();
    load.work.finish();
    while Tables::of_outboxes(system).await? > 0 {
        anyhow::ensure!(back.elapsed() < started + audit::DRAIN, "the outbox does not drain");
        sleep(LOOK).await;
    }
    let drained = back.elapsed() - started;
    report.told("broker away for", format!("{} s", away.as_secs()));
    let wanted = u64::from(options.rate) * away.as_secs();
    report.must(
        "assignments acknowledged meanwhile",
        format!("{accepted} of {wanted} begun"),
        accepted * 100 >= wanted * 95,
    );
    report.told("events waiting in the outboxes at its end", waiting);
    report.told("broker's own start", format!("{:.1} s", started.as_secs_f64()));
    report.must(
        "outboxes empty after",
        format!("{:.1} s", drained.as_secs_f64()),
        drained < crate::audit::DRAIN,
    );
    load.finish(system, report).await
}
