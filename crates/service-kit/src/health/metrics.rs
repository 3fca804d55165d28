//! The metrics of this process, in Prometheus's text format.

use std::{cell::RefCell, collections::HashMap, sync::OnceLock, time::Duration};

use metrics::{Counter, Histogram};
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

/// The two series of requests of one kind: how many, and how long they took.
struct Series {
    method: &'static str,
    status: u16,
    requests: Counter,
    seconds: Histogram,
}

thread_local! {
    /// By route. Looking a series up by its labels costs more than counting.
    static SERIES: RefCell<HashMap<String, Vec<Series>>> = RefCell::default();
}

/// Counts a request by route template (never by path: ids would make a series each) and by method, where it is a common one.
pub fn record_request(method: &str, route: &str, status: u16, took: Duration) {
    let method = known(method);
    SERIES.with_borrow_mut(|routes| {
        if !routes.contains_key(route) {
            routes.insert(route.to_owned(), Vec::new());
        }
        let Some(series) = routes.get_mut(route) else { return };
        let place = series.iter().position(|one| (one.method, one.status) == (method, status));
        let place = place.unwrap_or_else(|| {
            series.push(Series::new(method, route, status));
            series.len() - 1
        });
        series[place].requests.increment(1);
        series[place].seconds.record(took.as_secs_f64());
    });
}

impl Series {
    fn new(method: &'static str, route: &str, status: u16) -> Self {
        let labels =
            [("method", method.to_owned()), ("route", route.to_owned()), ("status", status.to_string())];
        Self {
            method,
            status,
            requests: metrics::counter!("http_requests_total", &labels),
            seconds: metrics::histogram!("http_request_duration_seconds", &labels[..2]),
        }
    }
}

/// The method; `_OTHER`, as OpenTelemetry has it, for what clients invent: each would be a series for ever.
fn known(method: &str) -> &'static str {
    const METHODS: [&str; 9] =
        ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE"];
    METHODS.into_iter().find(|known| *known == method).unwrap_or("_OTHER")
}

/// Tells how many connections of the pool are in use, and how many there are.
pub fn record_pool(service: &'static str, (used, open): (u32, u32)) {
    metrics::gauge!("database_pool_connections_used", "service" => service).set(f64::from(used));
    metrics::gauge!("database_pool_connections", "service" => service).set(f64::from(open));
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{install, record_request, render};

    #[test]
    fn methods_that_clients_invent_are_one_series() {
        install();
        for method in ["GET", "INVENTED", "INVENTED-TOO", "get"] {
            record_request(method, "/metrics-test", 404, Duration::from_millis(1));
        }
        let told = render();
        let count = |method: &str| {
            let start =
                format!("http_requests_total{{method=\"{method}\",route=\"/metrics-test\",status=\"404\"}} ");
            told.lines().find_map(|line| line.strip_prefix(&start)).map(str::to_owned)
        };
        assert_eq!(count("GET").as_deref(), Some("1"));
        assert_eq!(count("_OTHER").as_deref(), Some("3"));
        assert!(!told.contains("INVENTED"));
    }
}
