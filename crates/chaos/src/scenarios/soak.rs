//! A mixed load for an hour, a kill every five minutes, and every service's resident memory.

use std::{collections::BTreeMap, time::Duration};

use rand::{rngs::StdRng, seq::SliceRandom as _};
use rig::System;
use tokio::time::{Instant, interval};

use crate::{
    clients::{
        load::{Load, Measure},
        writers::Plan,
    },
    options::Options,
    report::Report,
};

/// 50 requests a second.
const WRITES: u32 = 10;
const READS: u32 = 40;
const KILL_EVERY: Duration = Duration::from_secs(300);
const SAMPLE_EVERY: Duration = Duration::from_secs(10);
/// A process's memory is judged from this age on, if it gets as old as twice the rest.
const WARM: Duration = Duration::from_secs(900);
/// Samples of whose median the judged growth is made: five minutes.
const WINDOW: usize = 30;
const GROWTH: f64 = 0.05;

/// One process: its age and resident kilobytes.
#[derive(Default)]
struct Life(Vec<(Duration, u64)>);

/// `long` of it.
pub async fn run(
    system: &System,
    options: &Options,
    long: Duration,
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
    let mut order: Vec<usize> = (0..system.parts.len()).collect();
    order.shuffle(rng);
    let mut victims = order.into_iter().cycle();
    let mut lives: BTreeMap<(&'static str, u32), (Instant, Life)> = BTreeMap::new();
    let (began, mut killed) = (Instant::now(), Instant::now());
    let mut pace = interval(SAMPLE_EVERY);
    while began.elapsed() < long {
        pace.tick().await;
        for part in system.parts.iter().filter(|part| is_service(part.name)) {
            if let Some((pid, kilobytes)) = part.pid().and_then(|pid| Some((pid, resident(pid)?))) {
                let (born, life) =
                    lives.entry((part.name, pid)).or_insert_with(|| (Instant::now(), Life::default()));
                life.0.push((born.elapsed(), kilobytes));
            }
        }
        if killed.elapsed() >= KILL_EVERY && began.elapsed() + KILL_EVERY <= long {
            killed = Instant::now();
            if let Some(part) = victims.next().and_then(|place| system.parts.get(place)) {
                part.kill();
            }
        }
    }
    load.work.finish();
    report.told("mixed load", format!("{} requests/s for {} min", WRITES + READS, long.as_secs() / 60));
    for ((name, pid), (_, life)) in &lives {
        life.judge(&format!("resident memory of the {name} service (process {pid})"), report);
    }
    load.finish(system, report).await
}

fn is_service(name: &str) -> bool {
    matches!(name, "user" | "task" | "notification")
}

/// Resident kilobytes; `None` once the process is gone.
fn resident(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}

impl Life {
    /// The median of the last five minutes against that of the first five after it was warm.
    fn judge(&self, what: &str, report: &mut Report) {
        let all: Vec<u64> = self.0.iter().map(|(_, kilobytes)| *kilobytes).collect();
        let warm: Vec<u64> =
            self.0.iter().filter(|(age, _)| *age >= WARM).map(|(_, kilobytes)| *kilobytes).collect();
        let age = self.0.last().map_or(0, |(age, _)| age.as_secs() / 60);
        let megabytes = |kilobytes: u64| kilobytes as f64 / 1024.0;
        if warm.len() < 2 * WINDOW {
            report.told(
                what,
                format!("{:.1} MB at {age} min", megabytes(median(&all[all.len().saturating_sub(6)..]))),
            );
            return;
        }
        let (first, last) = (median(&warm[..WINDOW]), median(&warm[warm.len() - WINDOW..]));
        let growth = last as f64 / first as f64 - 1.0;
        report.must(
            what,
            format!(
                "{:.1} MB at 15 min, {:.1} MB at {age} min ({:+.1} %)",
                megabytes(first),
                megabytes(last),
                growth * 100.0
            ),
            growth <= GROWTH,
        );
    }
}

fn median(values: &[u64]) -> u64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}
