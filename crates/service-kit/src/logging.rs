//! Log lines: text for people, JSON for machines, both with the id of the request that is being served.

use std::io::Write as _;

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
    let _ = builder.try_init();
}

struct Collect<'a>(&'a mut serde_json::Map<String, serde_json::Value>);

impl<'kvs> VisitSource<'kvs> for Collect<'_> {
    fn visit_pair(&mut self, key: Key<'kvs>, value: Value<'kvs>) -> Result<(), kv::Error> {
        let value = value.to_u64().map_or_else(|| value.to_string().into(), serde_json::Value::from);
        self.0.insert(key.to_string(), value);
        Ok(())
    }
}
