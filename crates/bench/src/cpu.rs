//! Processor time of processes, from `/proc`. Of a server with workers (Postgres, nginx) all of its processes count,
//! those that have ended too.

use std::{collections::HashMap, time::Duration};

use anyhow::Context as _;
use procfs::{WithCurrentSystemInfo as _, process::Process};

/// A process, by the name of what it is part of.
#[derive(Debug, Clone)]
pub struct Part {
    /// Its name in reports.
    pub name: &'static str,
    /// Its first process.
    pub pid: u32,
}

/// Processor time so far of some parts.
#[derive(Debug, Clone)]
pub struct Spent(HashMap<&'static str, Duration>);

impl Spent {
    /// What each part has spent so far.
    ///
    /// # Errors
    /// When one of them does not run.
    pub fn read(parts: &[Part]) -> anyhow::Result<Self> {
        let children = children()?;
        let of = |part: &Part| Ok((part.name, tree(part.pid, &children).with_context(|| part.name)?));
        Ok(Self(parts.iter().map(of).collect::<anyhow::Result<_>>()?))
    }

    /// What was spent since, by the parts that `counts`.
    #[must_use]
    pub fn since(&self, earlier: &Self, counts: impl Fn(&str) -> bool) -> Duration {
        let counted = self.0.iter().filter(|(name, _)| counts(name));
        counted.map(|(name, now)| now.saturating_sub(earlier.0.get(name).copied().unwrap_or_default())).sum()
    }
}

/// Resident memory in bytes.
///
/// # Errors
/// When it does not run.
pub fn resident(pid: u32) -> anyhow::Result<u64> {
    let stat = Process::new(pid.cast_signed())?.stat()?;
    Ok(stat.rss_bytes().get())
}

fn children() -> anyhow::Result<HashMap<i32, Vec<i32>>> {
    let mut children: HashMap<i32, Vec<i32>> = HashMap::new();
    for process in procfs::process::all_processes()? {
        // A process may end while we look.
        if let Ok(stat) = process.and_then(|process| process.stat()) {
            children.entry(stat.ppid).or_default().push(stat.pid);
        }
    }
    Ok(children)
}

/// Of a process, its children, and those of them that it has waited for.
fn tree(pid: u32, children: &HashMap<i32, Vec<i32>>) -> anyhow::Result<Duration> {
    let root = pid.cast_signed();
    let mut ticks = ticks(root).context("it does not run")?;
    let mut below = children.get(&root).cloned().unwrap_or_default();
    while let Some(child) = below.pop() {
        // One that has just ended is among those its parent has waited for, next time.
        ticks += self::ticks(child).unwrap_or_default();
        below.extend(children.get(&child).into_iter().flatten());
    }
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52 ticks")]
    Ok(Duration::from_secs_f64(ticks as f64 / procfs::ticks_per_second() as f64))
}

fn ticks(pid: i32) -> Option<u64> {
    let stat = Process::new(pid).and_then(|process| process.stat()).ok()?;
    let waited_for = stat.cutime.max(0).unsigned_abs() + stat.cstime.max(0).unsigned_abs();
    Some(stat.utime + stat.stime + waited_for)
}
