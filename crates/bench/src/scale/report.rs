//! The report of all sizes: Markdown.

use std::{fmt, time::Duration};

use super::Size;
use crate::{measured::Measured, scenario::Scenario};

/// Relations smaller than this share of everything are not told of.
const SHARE: i64 = 200;
/// The most that a request may cost among a million tasks, by what it costs among ten thousand.
const BAR: f64 = 1.3;

/// What was measured.
#[derive(Debug)]
pub struct Report {
    /// Of each scenario, by size.
    pub lines: Vec<(Scenario, Vec<Measured>)>,
    /// The sizes.
    pub sizes: Vec<Size>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sizes = || self.sizes.iter().map(|size| count(size.tasks));
        let head = |f: &mut fmt::Formatter<'_>, first: &str, cells: Vec<String>| {
            writeln!(f, "| {first} | {} |", cells.join(" | "))?;
            writeln!(f, "|---|{}", "---|".repeat(cells.len()))
        };
        let ratios = sizes().skip(1).map(|size| format!("{size} / {}", sizes().next().unwrap_or_default()));
        writeln!(f, "## Processor time per request in ms, services and Postgres (bar: {BAR} ×)\n")?;
        head(f, "scenario", sizes().chain(ratios).chain(["failed".to_owned()]).collect())?;
        for (scenario, measured) in &self.lines {
            let totals: Vec<f64> = measured.iter().map(|one| one.total().as_secs_f64()).collect();
            let first = totals.first().copied().unwrap_or_default();
            let ratios = totals.iter().skip(1).map(|total| format!("{:.2}", total / first));
            let parts = measured
                .iter()
                .map(|one| format!("{} ({} + {})", ms(one.total()), ms(one.services), ms(one.postgres)));
            let failed: u64 = measured.iter().map(|one| one.failures).sum();
            let cells: Vec<String> = parts.chain(ratios).chain([failed.to_string()]).collect();
            writeln!(f, "| {} | {} |", scenario.name(), cells.join(" | "))?;
        }
        writeln!(f, "\n## The services\n")?;
        head(f, "", sizes().collect())?;
        self.row(f, "users", |size| count(size.users))?;
        self.row(f, "processor time in a second of rest, ms", |size| ms(size.at_rest))?;
        for (place, name) in crate::bench::SERVICES.iter().enumerate() {
            self.row(f, &format!("{name} service, resident MB"), |size| {
                size.memory.get(place).map_or_else(String::new, |(_, bytes)| (bytes >> 20).to_string())
            })?;
            self.row(f, &format!("{name} service, ready after ms"), |size| {
                size.starts.get(place).map_or_else(String::new, |(_, took)| took.as_millis().to_string())
            })?;
        }
        writeln!(f, "\n## Tables and indexes in MB (those above half a per cent)\n")?;
        head(f, "", sizes().collect())?;
        self.row(f, "everything", |size| mb(everything(size)))?;
        let largest = self.sizes.last().map_or(&[][..], |size| &size.relations);
        let least = self.sizes.last().map_or(0, everything) / SHARE;
        for relation in largest.iter().filter(|relation| relation.bytes > least) {
            self.row(f, &format!("`{}`", relation.name), |size| {
                let same = size.relations.iter().find(|other| other.name == relation.name);
                same.map_or_else(String::new, |relation| mb(relation.bytes))
            })?;
        }
        writeln!(f, "\n## Vacuum: runs, processor time in ms\n")?;
        head(f, "", sizes().collect())?;
        let mut tables: Vec<&str> =
            self.sizes.iter().flat_map(|size| &size.autovacuum).map(|work| work.table.as_str()).collect();
        tables.sort_unstable();
        tables.dedup();
        for table in tables.into_iter().filter(|table| !table.starts_with("pg_")) {
            self.row(f, &format!("`{table}`, by itself"), |size| {
                let work = size.autovacuum.iter().find(|work| work.table == table);
                work.map_or_else(|| "–".to_owned(), |work| format!("{} runs, {}", work.runs, ms(work.cpu)))
            })?;
        }
        for (place, table) in super::VACUUMED.iter().enumerate() {
            self.row(f, &format!("`{table}`, at the end"), |size| {
                let vacuum = size.vacuums.get(place);
                vacuum.map_or_else(String::new, |(_, dead, took)| format!("{dead} dead rows, {}", ms(*took)))
            })?;
        }
        Ok(())
    }
}

impl Report {
    fn row(&self, f: &mut fmt::Formatter<'_>, name: &str, of: impl Fn(&Size) -> String) -> fmt::Result {
        let cells: Vec<String> = self.sizes.iter().map(of).collect();
        writeln!(f, "| {name} | {} |", cells.join(" | "))
    }
}

fn everything(size: &Size) -> i64 {
    size.relations.iter().map(|relation| relation.bytes).sum()
}

fn ms(time: Duration) -> String {
    format!("{:.3}", time.as_secs_f64() * 1e3)
}

fn mb(bytes: i64) -> String {
    (bytes >> 20).to_string()
}

/// 10000 as `10 k`.
fn count(number: u32) -> String {
    match number {
        1_000_000.. if number.is_multiple_of(1_000_000) => format!("{} M", number / 1_000_000),
        1_000.. if number.is_multiple_of(1_000) => format!("{} k", number / 1_000),
        _ => number.to_string(),
    }
}
