//! The report: Markdown.

use std::{fmt, time::Duration};

use crate::{measured::Measured, scenario::Scenario};

/// A scenario's line.
#[derive(Debug)]
pub struct Line {
    /// Which.
    pub scenario: Scenario,
    /// Directly at the services.
    pub direct: Measured,
    /// The floor, pgbench and bare actix together, where there is one.
    pub floor: Option<Duration>,
}

/// Everything that was measured.
#[derive(Debug, Default)]
pub struct Report {
    /// What there was.
    pub title: String,
    /// Closed loop.
    pub lines: Vec<Line>,
    /// A bare actix's processor time per request.
    pub actix: Duration,
    /// The mix directly and through the gateway, closed loop.
    pub gateway: Option<(Measured, Measured)>,
    /// Rate asked for, and what came of it.
    pub open: Option<(u32, Measured)>,
    /// Resident bytes of each service, at the end.
    pub memory: Vec<(&'static str, u64)>,
    /// From the start of a process to its readiness, with migrations applied.
    pub starts: Vec<(&'static str, Duration)>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "## {}\n", self.title)?;
        writeln!(
            f,
            "| scenario | requests/s | p50 | p95 | p99 | p99.9 | services | Postgres | broker | total | bar | floor | ratio | failed |"
        )?;
        writeln!(f, "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|")?;
        for Line { scenario, direct, floor } in &self.lines {
            let total = direct.total();
            let floors = floor.map_or_else(
                || " | ".to_owned(),
                |floor| {
                    let most = scenario.multiple().map_or_else(String::new, |most| format!(" of {most}"));
                    format!("{} | {:.2}{most}", cpu(floor), total.as_secs_f64() / floor.as_secs_f64())
                },
            );
            writeln!(
                f,
                "| {} | {:.0} | {} | {} | {} | {} | {floors} | {} |",
                scenario.name(),
                direct.rate,
                direct.percentiles.map(latency).join(" | "),
                [direct.services, direct.postgres, direct.broker].map(cpu).join(" | "),
                cpu(total),
                scenario.bar().map_or_else(String::new, |bar| format!("{bar:.2}")),
                direct.failures,
            )?;
        }
        writeln!(
            f,
            "\nLatencies and processor time per request in ms. Floor: what has to be read and written, in pgbench, and a bare actix ({}) for each HTTP request.",
            cpu(self.actix)
        )?;
        if let Some((direct, gateway)) = &self.gateway {
            let all = |one: &Measured| one.total() + one.gateway;
            writeln!(
                f,
                "\nThrough the gateway: {:.0} requests/s, {} ms in all ({} of them nginx), {:.2} × the direct cost.",
                gateway.rate,
                cpu(all(gateway)),
                cpu(gateway.gateway),
                all(gateway).as_secs_f64() / direct.total().as_secs_f64(),
            )?;
        }
        if let Some((rate, open)) = &self.open {
            writeln!(
                f,
                "\nOpen loop, {rate} requests/s of the mix: {:.0} answered a second, p50 {}, p95 {}, p99 {}, p99.9 {} ms, {} failed; {} ms of processor time each.",
                open.rate,
                latency(open.percentiles[0]),
                latency(open.percentiles[1]),
                latency(open.percentiles[2]),
                latency(open.percentiles[3]),
                open.failures,
                cpu(open.total()),
            )?;
        }
        for (name, bytes) in &self.memory {
            writeln!(f, "\nResident memory of the {name} service at the end: {} MB.", bytes >> 20)?;
        }
        for (name, took) in &self.starts {
            writeln!(f, "\nThe {name} service is ready {} ms after its start.", took.as_millis())?;
        }
        Ok(())
    }
}

fn cpu(time: Duration) -> String {
    format!("{:.3}", time.as_secs_f64() * 1e3)
}

fn latency(time: Duration) -> String {
    format!("{:.1}", time.as_secs_f64() * 1e3)
}
