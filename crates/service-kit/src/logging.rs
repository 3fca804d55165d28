//! Log lines: text for people, JSON for machines, both with the id of the request that is being served.

use std::{
    backtrace::{Backtrace, BacktraceStatus},
    io::Write as _,
    panic::PanicHookInfo,
};

use clap::ValueEnum;
use env_logger::Builder;
use log::kv::{self, Key, Value, VisitSource};

use crate::context::RequestContext;

/// How a log line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// One readable line.
    Text,
    /// One JSON object a line.
    Json,
}

/// Starts logging to standard error. `RUST_LOG` says what is logged; without it, `filter` does. A second call does
/// nothing, so that several services may live in one process.
pub fn init(format: LogFormat, filter: &str) {
    let mut builder = Builder::from_env(env_logger::Env::default().default_filter_or(filter));
    if format == LogFormat::Json {
        builder.format(|out, record| {
            let mut line = serde_json::Map::new();
            line.insert("time".to_owned(), chrono::Utc::now().to_rfc3339().into());
            line.insert("level".to_owned(), record.level().as_str().into());
            line.insert("target".to_owned(), record.target().into());
            line.insert("message".to_owned(), record.args().to_string().into());
            if let Some(context) = RequestContext::current() {
                line.insert("request_id".to_owned(), context.request_id.into());
                line.insert("traceparent".to_owned(), context.traceparent.into());
            }
            // A field that cannot be shown is left out; the line itself is never lost.
            let _ = record.key_values().visit(&mut Collect(&mut line));
            writeln!(out, "{}", serde_json::Value::Object(line))
        });
    } else {
        builder.format_target(false).format_timestamp_millis();
    }
    if builder.try_init().is_ok() && format == LogFormat::Json {
        std::panic::set_hook(Box::new(tell));
    }
}

/// A panic as a line like all others: whoever reads them by machine would miss the one that matters most.
fn tell(panic: &PanicHookInfo<'_>) {
    let thread = std::thread::current();
    let name = thread.name().unwrap_or("<unnamed>");
    let backtrace = Backtrace::capture();
    if backtrace.status() == BacktraceStatus::Captured {
        log::error!(target: "panic", backtrace:% = backtrace; "thread '{name}' {panic}");
    } else {
        log::error!(target: "panic", "thread '{name}' {panic}");
    }
}

struct Collect<'a>(&'a mut serde_json::Map<String, serde_json::Value>);

impl<'kvs> VisitSource<'kvs> for Collect<'_> {
    fn visit_pair(&mut self, key: Key<'kvs>, value: Value<'kvs>) -> Result<(), kv::Error> {
        let value = value.to_u64().map_or_else(|| value.to_string().into(), serde_json::Value::from);
        self.0.insert(key.to_string(), value);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn a_panic_is_a_line_of_json() {
        const PANICS: &str = "DOCKET_TEST_PANICS";
        if std::env::var_os(PANICS).is_some() {
            init(LogFormat::Json, "info");
            std::thread::spawn(|| panic!("of two\nlines")).join().unwrap_err();
            return;
        }
        let test = ["--exact", "logging::tests::a_panic_is_a_line_of_json", "--nocapture"];
        let output = Command::new(std::env::current_exe().unwrap())
            .args(test)
            .env(PANICS, "1")
            .env_remove("RUST_LOG")
            .env("RUST_BACKTRACE", "1")
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        let line: serde_json::Value = serde_json::from_str(said.trim()).unwrap_or_else(|_| panic!("{said}"));
        assert_eq!(line["target"], "panic");
        assert_eq!(line["level"], "ERROR");
        let message = line["message"].as_str().unwrap();
        assert!(message.contains("panicked at") && message.ends_with("of two\nlines"), "{message}");
        assert!(line["backtrace"].is_string());
    }
}
