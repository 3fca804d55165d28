//! The whole measurement, from an empty directory to the report.

use std::{path::PathBuf, sync::Arc, time::Duration};

use anyhow::Context as _;
use diesel::{
    Connection as _, PgConnection, QueryableByName, RunQueryDsl as _, sql_query, sql_types::BigInt,
};
use messaging::BusKind;
use rand::{SeedableRng as _, rngs::StdRng};
use rig::{Plan, System, ports};
use tokio::time::{Instant, sleep};

use crate::{
    cpu::{self, Part, Spent},
    data, floor,
    load::{self, Outcome, Target},
    measured::{self, Measured},
    options::Options,
    people,
    report::{Line, Report},
    scenario::Scenario,
};

const SERVICES: [&str; 3] = ["user", "task", "notification"];
/// Caches, connections and statements are there after this.
const WARM_UP: Duration = Duration::from_secs(2);
const LOOK: Duration = Duration::from_millis(20);
const PATIENCE: Duration = Duration::from_secs(300);
const STARTS: usize = 5;

/// A running system with its load.
struct Bench<'a> {
    options: &'a Options,
    system: &'a System,
    target: Target,
    parts: Vec<Part>,
}

/// Measures everything that is asked for.
///
/// # Errors
/// When a part does not start or stops answering.
pub async fn run(options: &Options) -> anyhow::Result<Report> {
    let plan = Plan {
        bus: if options.postgres_bus { BusKind::Postgres } else { BusKind::RabbitMq },
        binaries: match &options.binaries {
            Some(directory) => directory.clone(),
            None => std::env::current_exe()?.parent().map(PathBuf::from).context("no directory")?,
        },
        is_replicated: false,
        upgrade_to: None,
        has_task_peer: false,
        keep: options.keep,
    };
    let system = System::start(&plan, &mut StdRng::from_os_rng()).await?;
    let outcome = measure(&system, options).await;
    let stopped = system.stop(outcome.is_ok()).await;
    let report = outcome?;
    stopped?;
    Ok(report)
}

async fn measure(system: &System, options: &Options) -> anyhow::Result<Report> {
    eprintln!("filling");
    let (url, filling) = (system.database.clone(), options.clone());
    tokio::task::spawn_blocking(move || data::fill(&url, &filling)).await??;
    // They learn of accounts from events, or at their start.
    for name in SERVICES {
        system.part(name)?.kill();
    }
    sleep(WARM_UP).await;
    system.ready().await?;

    let (callers, administrator) = people::sign_in(system, options).await?;
    let target = Target {
        callers: Arc::new(callers),
        administrator: Arc::new(administrator),
        addresses: system.addresses,
        gateway: None,
    };
    let [bare] = ports::free(&mut rand::rng())?;
    let child = floor::actix::start(bare).await?;
    let mut parts = Vec::new();
    for part in &system.parts {
        parts.push(Part { name: part.name, pid: part.pid().with_context(|| part.name)? });
    }
    parts.push(Part { name: "floor", pid: child.id().context("the bare server has ended")? });
    let bench = Bench { options, system, target, parts };
    let mut report = bench.closed_loop(bare).await?;
    if options.rate > 0 {
        report.gateway = Some(bench.through_the_gateway().await?);
        report.open = Some((options.rate, bench.open_loop().await?));
    }
    for name in SERVICES {
        report.memory.push((name, cpu::resident(bench.pid(name)?)?));
        report.starts.push((name, bench.cold_start(name).await?));
    }
    Ok(report)
}

impl Bench<'_> {
    async fn closed_loop(&self, bare: std::net::SocketAddr) -> anyhow::Result<Report> {
        let options = self.options;
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
            floor: (!floors[place].is_empty()).then(|| measured::median(floors[place].clone()) + actix),
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

    /// One round, with what follows from it in the other services.
    async fn once(&self, target: &Target, scenario: Scenario, time: Duration) -> anyhow::Result<Measured> {
        let (before, began) = (self.spent()?, Instant::now());
        let outcome = load::closed::run(target, scenario, time).await?;
        self.measured(&before, began, scenario, outcome).await
    }

    async fn measured(
        &self,
        before: &Spent,
        began: Instant,
        scenario: Scenario,
        outcome: Outcome,
    ) -> anyhow::Result<Measured> {
        let took = began.elapsed();
        if scenario.has_consequences() {
            self.told_everybody().await?;
        }
        let after = self.spent()?;
        let count = u32::try_from(outcome.latencies.len().max(1))?;
        let each = |name: &'static str| after.since(before, |part| part == name) / count;
        Ok(Measured {
            rate: f64::from(count) / took.as_secs_f64(),
            percentiles: measured::percentiles(outcome.latencies),
            services: after.since(before, |part| SERVICES.contains(&part)) / count,
            postgres: each("database"),
            broker: each("broker"),
            gateway: each("gateway"),
            failures: outcome.failures,
        })
    }

    /// Postgres's processor time for the statement alone.
    async fn pgbench(&self, scenario: Scenario, time: Duration) -> anyhow::Result<Option<Duration>> {
        let before = self.spent()?;
        let directory = std::env::temp_dir();
        let run = floor::pgbench::run(scenario, self.options, &self.system.database, &directory, time);
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

    /// Waits until every event has become what it was to become.
    async fn told_everybody(&self) -> anyhow::Result<()> {
        let give_up = Instant::now() + PATIENCE;
        loop {
            let url = self.system.database.clone();
            let unsent = tokio::task::spawn_blocking(move || unsent(&url)).await??;
            if unsent == 0 && self.system.bus.depth("notification.events").await? == 0 {
                return Ok(());
            }
            anyhow::ensure!(Instant::now() < give_up, "{unsent} events are still not sent");
            sleep(LOOK).await;
        }
    }

    /// From the start of one more process to its readiness, the migrations being there.
    async fn cold_start(&self, name: &'static str) -> anyhow::Result<Duration> {
        let client = reqwest::Client::builder().no_proxy().build()?;
        let mut starts = Vec::new();
        for _ in 0..STARTS {
            let [listen, ops] = ports::free(&mut rand::rng())?;
            let began = Instant::now();
            let mut child = self.system.installation.service(name, listen, ops)?.spawn()?;
            let url = format!("{}/readyz", rig::http(ops));
            while !client.get(&url).send().await.is_ok_and(|answer| answer.status().is_success()) {
                anyhow::ensure!(began.elapsed() < PATIENCE, "the {name} service does not become ready");
                sleep(Duration::from_millis(2)).await;
            }
            starts.push(began.elapsed());
            child.kill().await?;
        }
        Ok(measured::median(starts))
    }

    fn spent(&self) -> anyhow::Result<Spent> {
        Spent::read(&self.parts)
    }

    fn pid(&self, name: &str) -> anyhow::Result<u32> {
        self.system.part(name)?.pid().with_context(|| format!("the {name} service has ended"))
    }
}

#[derive(QueryableByName)]
struct Unsent {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

fn unsent(url: &str) -> anyhow::Result<i64> {
    let mut conn = PgConnection::establish(url)?;
    let unsent: Unsent =
        sql_query("SELECT count(*) FROM task.outbox WHERE sent_at IS NULL").get_result(&mut conn)?;
    Ok(unsent.count)
}
