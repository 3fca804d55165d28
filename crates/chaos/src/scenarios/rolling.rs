//! Every service is replaced again and again while clients go on: no request fails, no event is lost.

use futures_util::future::try_join_all;
use rand::rngs::StdRng;
use rig::System;
use tokio::time::Instant;

use crate::{
    clients::{
        load::{Load, Measure},
        writers::Plan,
    },
    options::Options,
    report::Report,
};

/// 100 requests a second.
const WRITES: u32 = 20;
const READS: u32 = 80;

/// So many rollouts of each service, all three services at the same time.
pub async fn run(
    system: &mut System,
    options: &Options,
    rollouts: u32,
    rng: &mut StdRng,
    report: &mut Report,
) -> anyhow::Result<()> {
    let measure = Measure {
        plan: Plan::Mixed,
        clients: options.clients,
        assignments: u64::MAX,
        rate: WRITES,
        reads: READS,
    };
    let load = Load::start(system, measure, rng).await?;
    let began = Instant::now();
    let rolling = system.deployments.iter_mut().map(|deployment| async {
        for _ in 0..rollouts {
            deployment.roll().await?;
        }
        anyhow::Ok(())
    });
    try_join_all(rolling).await?;
    load.work.finish();
    let took = began.elapsed().as_secs_f64();
    report.told("rollouts of each service, two replicas each", format!("{rollouts}, in {took:.0} s"));
    report.equal("failed requests", load.tally().failures(), 0);
    load.finish(system, report).await
}
