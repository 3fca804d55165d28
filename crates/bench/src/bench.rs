//! A running system that is filled, and its load: one measurement of one scenario.

use std::{path::PathBuf, sync::Arc, time::Duration};

use anyhow::Context as _;
use diesel::{
    Connection as _, PgConnection, QueryableByName, RunQueryDsl as _, sql_query, sql_types::BigInt,
};
use messaging::BusKind;
use nix::sys::signal::Signal;
use rand::{SeedableRng as _, rngs::StdRng};
use rig::{Plan, System, part, ports};
use tokio::time::{Instant, sleep};

use crate::{
    cpu::{Part, Spent},
    data,
    load::{self, Outcome, Target},
    measured::{self, Measured},
    options::Options,
    people,
    scenario::Scenario,
};

/// The services, by name.
pub const SERVICES: [&str; 3] = ["user", "task", "notification"];
/// Caches, connections and statements are there after this.
pub const WARM_UP: Duration = Duration::from_secs(2);
const STARTS: usize = 5;
const LOOK: Duration = Duration::from_millis(20);
/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(300);

/// A running system with its load.
pub struct Bench {
    /// What it was asked to be.
    pub options: Options,
    /// What runs.
    pub system: System,
    /// Who asks whom.
    pub target: Target,
    /// Whose processor time is counted.
    pub parts: Vec<Part>,
}

impl Bench {
    /// Starts a system of its own and fills it.
    ///
    /// # Errors
    /// When a part does not start or does not answer.
    pub async fn start(options: &Options) -> anyhow::Result<Self> {
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
        match Self::filled(&system, options).await {
            Ok((target, parts)) => Ok(Self { options: options.clone(), system, target, parts }),
            Err(error) => {
                system.stop(false).await?;
                Err(error)
            }
        }
    }

    async fn filled(system: &System, options: &Options) -> anyhow::Result<(Target, Vec<Part>)> {
        let began = Instant::now();
        let (url, filling) = (system.database.clone(), options.clone());
        tokio::task::spawn_blocking(move || data::fill(&url, &filling)).await??;
        eprintln!("filled with {} tasks in {} s", options.tasks, began.elapsed().as_secs());
        // They learn of accounts from events, or at their start.
        for name in SERVICES {
            system.part(name)?.kill();
        }
        sleep(WARM_UP).await;
        system.ready().await?;
        let target = Self::signed_in(system, options).await?;
        let mut parts = Vec::new();
        for part in &system.parts {
            parts.push(Part { name: part.name, pid: part.pid().with_context(|| part.name)? });
        }
        Ok((target, parts))
    }

    async fn signed_in(system: &System, options: &Options) -> anyhow::Result<Target> {
        let (callers, administrator) = people::sign_in(system, options).await?;
        Ok(Target {
            callers: Arc::new(callers),
            administrator: Arc::new(administrator),
            addresses: system.addresses,
            gateway: None,
        })
    }

    /// Signs everybody in anew: tokens last for a quarter of an hour, and another size may have taken longer to fill.
    ///
    /// # Errors
    /// When somebody is not let in.
    pub async fn sign_in(&mut self) -> anyhow::Result<()> {
        self.target = Self::signed_in(&self.system, &self.options).await?;
        Ok(())
    }

    /// One round, with what follows from it in the other services.
    ///
    /// # Errors
    /// When a part has ended, or events do not arrive.
    pub async fn once(
        &self,
        target: &Target,
        scenario: Scenario,
        time: Duration,
    ) -> anyhow::Result<Measured> {
        let held = scenario.is_unheard().then(|| self.hold("notification")).transpose()?;
        let (before, began) = (self.spent()?, Instant::now());
        let outcome = load::closed::run(target, scenario, time).await?;
        let measured = self.measured(&before, began, scenario, outcome).await;
        if let Some(held) = held {
            drop(held);
            self.told_everybody().await?;
        }
        measured
    }

    fn hold(&self, name: &str) -> anyhow::Result<Held> {
        let held = Held(self.pid(name)?);
        part::send(held.0, Signal::SIGSTOP)?;
        Ok(held)
    }

    /// What was spent since `before`, and by what follows, divided by the requests.
    ///
    /// # Errors
    /// Likewise.
    pub async fn measured(
        &self,
        before: &Spent,
        began: Instant,
        scenario: Scenario,
        outcome: Outcome,
    ) -> anyhow::Result<Measured> {
        let took = began.elapsed();
        anyhow::ensure!(
            outcome.failures <= outcome.latencies.len() as u64,
            "{}: {} requests failed and {} did not",
            scenario.name(),
            outcome.failures,
            outcome.latencies.len()
        );
        if scenario.has_consequences() {
            self.told_everybody().await?;
        } else if scenario.is_unheard() {
            self.until(async || Ok(self.unsent().await? == 0)).await?;
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

    /// Waits until every event has become what it was to become.
    ///
    /// # Errors
    /// When they do not within five minutes.
    pub async fn told_everybody(&self) -> anyhow::Result<()> {
        let told = async || {
            Ok(self.unsent().await? == 0 && self.system.bus.depth("notification.events").await? == 0)
        };
        self.until(told).await
    }

    async fn until(&self, mut holds: impl AsyncFnMut() -> anyhow::Result<bool>) -> anyhow::Result<()> {
        let give_up = Instant::now() + PATIENCE;
        while !holds().await? {
            anyhow::ensure!(Instant::now() < give_up, "{} events are still not sent", self.unsent().await?);
            sleep(LOOK).await;
        }
        Ok(())
    }

    async fn unsent(&self) -> anyhow::Result<i64> {
        let url = self.system.database.clone();
        tokio::task::spawn_blocking(move || unsent(&url)).await?
    }

    /// From the start of one more process to its readiness, the migrations being there.
    ///
    /// # Errors
    /// When it does not become ready.
    pub async fn cold_start(&self, name: &'static str) -> anyhow::Result<Duration> {
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

    /// Processor time of each part so far.
    ///
    /// # Errors
    /// When one of them has ended.
    pub fn spent(&self) -> anyhow::Result<Spent> {
        Spent::read(&self.parts)
    }

    /// The process of that part.
    ///
    /// # Errors
    /// When it has ended.
    pub fn pid(&self, name: &str) -> anyhow::Result<u32> {
        self.system.part(name)?.pid().with_context(|| format!("the {name} service has ended"))
    }
}

/// A process that does nothing until this is dropped.
struct Held(u32);

impl Drop for Held {
    fn drop(&mut self) {
        // It has ended, where this fails: whoever looks at it next says so.
        let _ = part::send(self.0, Signal::SIGCONT);
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
