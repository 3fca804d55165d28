//! Assignments under kills: each acknowledged one is notified, once and in order.

use rand::rngs::StdRng;
use rig::System;

use crate::{
    clients::{
        load::{Load, Measure},
        writers::Plan,
    },
    killer,
    options::Options,
    report::Report,
};

/// Tasks of the mode `--order`; each is assigned and then re-assigned as often as the assignments allow.
const TASKS_IN_ORDER: usize = 200;
/// Reads a second beside the writes.
const READS: u32 = 10;

/// Load, kills, audit.
pub async fn run(
    system: &System,
    options: &Options,
    rng: &mut StdRng,
    report: &mut Report,
) -> anyhow::Result<()> {
    let plan = if options.order {
        Plan::FewTasks { each: TASKS_IN_ORDER / options.clients.max(1) }
    } else {
        Plan::Mixed
    };
    let measure = Measure {
        plan,
        clients: options.clients,
        assignments: options.assignments,
        rate: options.rate,
        reads: READS,
    };
    let load = Load::start(system, measure, rng).await?;
    let kills = killer::plan(system.parts.len(), options.kills, options.assignments, rng);
    killer::kill_all(system, kills, &load.work).await?;
    load.finish(system, report).await
}
