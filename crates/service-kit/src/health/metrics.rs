//! The metrics of this process, in Prometheus's text format.

use std::{sync::OnceLock, time::Duration};

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Up to a minute: an event that waited for a broker is as much a duration as a request.
const SECONDS: [f64; 13] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 15.0, 60.0];

/// Starts recording. A second call does nothing, so that several services may live in one process.
pub fn install() {
    HANDLE.get_or_init(|| {
        PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)
            .ok()
            .and_then(|builder| builder.install_recorder().ok())
    });
}

/// Everything recorded so far.
#[must_use]
pub fn render() -> String {
    HANDLE.get().and_then(Option::as_ref).map(PrometheusHandle::render).unwrap_or_default()
}

/// Counts a request by route template (never by path: ids would make a series each).
pub fn record_request(method: &str, route: &str, status: u16, took: Duration) {
    let labels = [("method", method.to_owned()), ("route", route.to_owned()), ("status", status.to_string())];
    metrics::counter!("http_requests_total", &labels).increment(1);
    metrics::histogram!("http_request_duration_seconds", &labels[..2]).record(took.as_secs_f64());
}

/// Tells how many connections of the pool are in use, and how many there are.
pub fn record_pool(service: &'static str, (used, open): (u32, u32)) {
    metrics::gauge!("database_pool_connections_used", "service" => service).set(f64::from(used));
    metrics::gauge!("database_pool_connections", "service" => service).set(f64::from(open));
}
