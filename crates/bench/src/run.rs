//! The measurement of one size, beside its floors: from an empty directory to the report.

use std::time::Duration;

use anyhow::Context as _;
use rig::ports;
use tokio::time::Instant;

use crate::{
    bench::{Bench, SERVICES, WARM_UP},
    cpu::{self, Part},
    floor,
    load::{self, Target},
    measured::{self, Measured},
    options::Options,
    report::{Line, Report},
    scenario::Scenario,
};

/// Measures everything that is asked for.
///
/// # Errors
/// When a part does not start or stops answering.
pub async fn run(options: &Options) -> anyhow::Result<Report> {
    let mut bench = Bench::start(options).await?;
    let outcome = measure(&mut bench).await;
    let stopped = bench.system.stop(outcome.is_ok()).await;
    let report = outcome?;
    stopped?;
    Ok(report)
}

async fn measure(bench: &mut Bench) -> anyhow::Result<Report> {
    let [bare] = ports::free(&mut rand::rng())?;
    let child = floor::actix::start(bare).await?;
    bench.parts.push(Part { name: "floor", pid: child.id().context("the bare server has ended")? });
    let mut report = bench.closed_loop(bare).await?;
    if bench.options.rate > 0 {
        report.gateway = Some(bench.through_the_gateway().await?);
        report.open = Some((bench.options.rate, bench.open_loop().await?));
    }
    for name in SERVICES {
        report.memory.push((name, cpu::resident(bench.pid(name)?)?));
        report.starts.push((name, bench.cold_start(name).await?));
    }
    Ok(report)
}

impl Bench {
    async fn closed_loop(&self, bare: std::net::SocketAddr) -> anyhow::Result<Report> {
        let options = &self.options;
        let scenarios = if options.only.is_empty() { Scenario::ALL.to_vec() } else { options.only.clone() };
        let time = Duration::from_secs(options.seconds);
        for scenario in &scenarios {
            load::closed::run(&self.target, *scenario, WARM_UP).await?;
        }
        self.told_everybody().await?;
        let everything = Target { gateway: Some(rig::http(bare)), ..self.target.clone() };
        let mut rounds: Vec<Vec<Measured>> = scenarios.iter().map(|_| Vec::new()).collect();
        let mut floors: Vec<Vec<Duration>> = scenarios.iter().map(|_| Vec::new()).collect();
        let mut actix = Vec::new();
        for round in 1..=options.rounds {
            eprintln!("round {round} of {}", options.rounds);
            let before = self.spent()?;
            let bare = load::closed::run(&everything, Scenario::MyTasks, time).await?;
            let count = u32::try_from(bare.latencies.len().max(1))?;
            actix.push(self.spent()?.since(&before, |name| name == "floor") / count);
            for (place, scenario) in scenarios.iter().enumerate() {
                rounds[place].push(self.once(&self.target, *scenario, time).await?);
                if let Some(floor) = self.pgbench(*scenario, time).await? {
                    floors[place].push(floor);
                }
            }
        }
        let actix = measured::median(actix);
        let line = |(place, scenario): (usize, &Scenario)| Line {
            scenario: *scenario,
            direct: Measured::median(&rounds[place]),
            floor: (!floors[place].is_empty())
                .then(|| measured::median(floors[place].clone()) + actix.mul_f64(scenario.http_requests())),
        };
        Ok(Report {
            title: format!(
                "{} users, {} tasks, {} notifications, {} connections, medians of {} rounds of {} s, {} bus",
                options.users,
                options.tasks,
                options.notifications,
                options.connections,
                options.rounds,
                options.seconds,
                if options.postgres_bus { "Postgres" } else { "RabbitMQ" },
            ),
            lines: scenarios.iter().enumerate().map(line).collect(),
            actix,
            ..Report::default()
        })
    }

    /// Postgres's processor time for the statements alone.
    async fn pgbench(&self, scenario: Scenario, time: Duration) -> anyhow::Result<Option<Duration>> {
        let before = self.spent()?;
        let directory = std::env::temp_dir();
        let run = floor::pgbench::run(scenario, &self.options, &self.system.database, &directory, time);
        let Some(count) = run.await? else { return Ok(None) };
        let spent = self.spent()?.since(&before, |part| part == "database");
        Ok(Some(spent / u32::try_from(count.max(1))?))
    }

    async fn through_the_gateway(&self) -> anyhow::Result<(Measured, Measured)> {
        let time = Duration::from_secs(self.options.seconds);
        let gateway = Target { gateway: Some(self.system.url.clone()), ..self.target.clone() };
        load::closed::run(&gateway, Scenario::Mix, WARM_UP).await?;
        let (mut direct, mut through) = (Vec::new(), Vec::new());
        for _ in 0..self.options.rounds {
            direct.push(self.once(&self.target, Scenario::Mix, time).await?);
            through.push(self.once(&gateway, Scenario::Mix, time).await?);
        }
        Ok((Measured::median(&direct), Measured::median(&through)))
    }

    async fn open_loop(&self) -> anyhow::Result<Measured> {
        let time = Duration::from_secs(self.options.open_seconds);
        let (before, began) = (self.spent()?, Instant::now());
        let outcome = load::open::run(&self.target, Scenario::Mix, self.options.rate, time).await?;
        self.measured(&before, began, Scenario::Mix, outcome).await
    }
}
