//! What a request costs among ten thousand tasks, a million and ten million: all sizes run side by side, and are measured by
//! turns, so that what disturbs one disturbs them all.

mod autovacuum;
mod relations;
mod report;

use std::time::Duration;

use anyhow::Context as _;

use crate::{
    bench::{Bench, SERVICES, WARM_UP},
    cpu::{self, Spent},
    load,
    measured::Measured,
    options::Options,
    scenario::Scenario,
};
use autovacuum::Work;
pub use report::Report;

/// Vacuumed at the end, by hand: what the requests of the run have left behind in each.
const VACUUMED: [&str; 4] = ["task.tasks", "task.outbox", "notification.tasks", "notification.notifications"];

/// Nobody asks anything for so long: what the loops of the background do of themselves.
const REST: Duration = Duration::from_secs(30);

/// One size, after everything.
#[derive(Debug)]
pub struct Size {
    /// Tasks.
    pub tasks: u32,
    /// Users.
    pub users: u32,
    /// Processor time of services and Postgres in a second in which nobody asks anything.
    pub at_rest: Duration,
    /// Resident bytes of each service at the end.
    pub memory: Vec<(&'static str, u64)>,
    /// From the start of a process to its readiness.
    pub starts: Vec<(&'static str, Duration)>,
    /// Bytes of each table and each index.
    pub relations: Vec<relations::Relation>,
    /// What autovacuum did of itself.
    pub autovacuum: Vec<Work>,
    /// Of a table with so many dead rows: Postgres's processor time for a vacuum.
    pub vacuums: Vec<(&'static str, i64, Duration)>,
}

/// Measures all sizes.
///
/// # Errors
/// When a part does not start or stops answering.
pub async fn run(options: &Options) -> anyhow::Result<Report> {
    let mut benches = Vec::new();
    let mut outcome = Ok(());
    for tasks in &options.sizes {
        match Bench::start(&options.sized(*tasks)).await {
            Ok(bench) => benches.push(bench),
            Err(error) => {
                outcome = Err(error);
                break;
            }
        }
    }
    let report = match outcome {
        Ok(()) => measure(options, &mut benches).await,
        Err(error) => Err(error),
    };
    for bench in benches {
        // Data of this size is not kept for whoever wants to look, unless they say so.
        bench.system.stop(true).await?;
    }
    report
}

async fn measure(options: &Options, benches: &mut [Bench]) -> anyhow::Result<Report> {
    let scenarios = if options.only.is_empty() { Scenario::AT_SCALE.to_vec() } else { options.only.clone() };
    for bench in &mut *benches {
        bench.sign_in().await?;
        relations::begin(bench).await?;
        for scenario in &scenarios {
            load::closed::run(&bench.target, *scenario, WARM_UP).await?;
        }
        bench.told_everybody().await?;
    }
    let mut rounds = vec![vec![Vec::new(); benches.len()]; scenarios.len()];
    for round in 1..=options.rounds {
        eprintln!("round {round} of {}", options.rounds);
        for (scenario, rounds) in scenarios.iter().zip(&mut rounds) {
            for (bench, rounds) in benches.iter().zip(rounds) {
                let time = Duration::from_secs(options.seconds);
                rounds.push(bench.once(&bench.target, *scenario, time).await?);
            }
        }
    }
    let of = |rounds: Vec<Vec<Measured>>| rounds.iter().map(|rounds| Measured::median(rounds)).collect();
    let lines = scenarios.into_iter().zip(rounds.into_iter().map(of)).collect();
    let before: Vec<Spent> = benches.iter().map(Bench::spent).collect::<anyhow::Result<_>>()?;
    tokio::time::sleep(REST).await;
    let mut sizes = Vec::new();
    for (bench, before) in benches.iter().zip(&before) {
        let is_ours = |part: &str| part == "database" || SERVICES.contains(&part);
        let at_rest = bench.spent()?.since(before, is_ours) / u32::try_from(REST.as_secs())?;
        sizes.push(size(bench, at_rest).await.with_context(|| format!("{} tasks", bench.options.tasks))?);
    }
    Ok(Report { lines, sizes })
}

async fn size(bench: &Bench, at_rest: Duration) -> anyhow::Result<Size> {
    let mut memory = Vec::new();
    for name in SERVICES {
        memory.push((name, cpu::resident(bench.pid(name)?)?));
    }
    let log = std::fs::read_to_string(bench.system.installation.logs.join("postgres.log"))?;
    let relations = relations::read(bench).await?;
    let mut vacuums = Vec::new();
    for table in VACUUMED {
        let dead = relations::dead_rows(bench, table).await?;
        let before = bench.spent()?;
        relations::execute(bench, format!("VACUUM {table}")).await?;
        let spent = bench.spent()?.since(&before, |part| part == "database");
        vacuums.push((table, dead, spent));
    }
    let mut starts = Vec::new();
    for name in SERVICES {
        starts.push((name, bench.cold_start(name).await?));
    }
    Ok(Size {
        tasks: bench.options.tasks,
        users: bench.options.users,
        at_rest,
        memory,
        starts,
        relations,
        autovacuum: autovacuum::read(&log),
        vacuums,
    })
}
