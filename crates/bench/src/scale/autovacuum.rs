//! What autovacuum did, from the server's log (`log_autovacuum_min_duration = 0`).

use std::{collections::BTreeMap, time::Duration};

/// All its work on one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// Schema and table.
    pub table: String,
    /// How often.
    pub runs: u32,
    /// Processor time.
    pub cpu: Duration,
    /// From beginning to end, waiting included.
    pub elapsed: Duration,
}

/// By table, the most expensive first. Only its vacuums, not what it analysed.
#[must_use]
pub fn read(log: &str) -> Vec<Work> {
    let mut tables = BTreeMap::<String, Work>::new();
    let mut current: Option<String> = None;
    for line in log.lines() {
        if !line.starts_with('\t') {
            current = line
                .split_once("automatic vacuum of table \"")
                .and_then(|(_, rest)| rest.split('"').next())
                .map(|name| name.split_once('.').map_or(name, |(_, table)| table).to_owned());
        } else if let (Some(name), Some((_, usage))) = (&current, line.split_once("system usage: CPU: ")) {
            let seconds = |label: &str| {
                let number = usage.split_once(label).and_then(|(_, rest)| rest.trim().split(' ').next());
                Duration::from_secs_f64(number.and_then(|number| number.parse().ok()).unwrap_or_default())
            };
            let work = tables.entry(name.clone()).or_insert_with(|| Work {
                table: name.clone(),
                runs: 0,
                cpu: Duration::ZERO,
                elapsed: Duration::ZERO,
            });
            work.runs += 1;
            work.cpu += seconds("user:") + seconds("system:");
            work.elapsed += seconds("elapsed:");
        }
    }
    let mut all: Vec<Work> = tables.into_values().collect();
    all.sort_by_key(|work| std::cmp::Reverse(work.cpu));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_tells_what_each_vacuum_took() {
        let one = "2026-11-24 [7] LOG:  automatic vacuum of table \"docket.task.outbox\": index scans: 1\n\
                   \tpages: 0 removed, 9 remain, 9 scanned (100.00% of total)\n\
                   \tsystem usage: CPU: user: 0.50 s, system: 0.25 s, elapsed: 1.00 s\n\
                   2026-11-24 [7] LOG:  automatic analyze of table \"docket.task.outbox\"\n\
                   \tsystem usage: CPU: user: 9.00 s, system: 0.00 s, elapsed: 9.00 s\n";
        let work = Work {
            table: "task.outbox".to_owned(),
            runs: 2,
            cpu: Duration::from_millis(1500),
            elapsed: Duration::from_secs(2),
        };
        assert_eq!(read(&[one, one].concat()), [work]);
    }
}
