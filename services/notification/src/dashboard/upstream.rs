//! One other service: asked in the caller's name, within limits, and spared while it is down.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use anyhow::Context as _;
use metrics::{Counter, Gauge};
use reqwest::Url;
use serde::de::DeserializeOwned;
use service_kit::{
    auth::Bearer,
    http::outgoing::{self, Clients},
};
use tokio::sync::Semaphore;

use super::{breaker::Breaker, budget::RetryBudget};

/// Tries of one call.
const TRIES: u32 = 2;
/// The wait before the second one is any time up to this, but not less than the shortest.
const LONGEST_WAIT_MS: u64 = 200;
const SHORTEST_WAIT_MS: u64 = 50;
/// Calls at work at the same time; one more is turned away, not queued.
const IN_FLIGHT: usize = 32;

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It was not asked: it has been down.
    #[error("it is not asked at the moment, because it did not answer")]
    Spared,
    /// It was not asked: too many calls are at work.
    #[error("too many calls are at work")]
    Busy,
    /// It answered with this status, and would again.
    #[error("it answered {0}")]
    Refused(u16),
    /// It did not answer in time, or not sensibly.
    #[error("{0}")]
    Failed(String),
}

/// Another service.
pub struct Upstream {
    name: &'static str,
    clients: Arc<Clients>,
    base_url: Url,
    series: Series,
    breaker: Mutex<Breaker>,
    budget: Mutex<RetryBudget>,
    in_flight: Semaphore,
}

/// What is counted of its calls, looked up once.
struct Series {
    ok: Counter,
    spared: Counter,
    busy: Counter,
    refused: Counter,
    failed: Counter,
    breaker_open: Gauge,
}

impl Series {
    fn of(upstream: &'static str) -> Self {
        // Told before the first one.
        let calls = |result: &'static str| {
            let calls = metrics::counter!("upstream_calls_total", "upstream" => upstream, "result" => result);
            calls.increment(0);
            calls
        };
        let breaker_open = metrics::gauge!("upstream_breaker_open", "upstream" => upstream);
        breaker_open.set(0.0);
        Self {
            ok: calls("ok"),
            spared: calls("spared"),
            busy: calls("busy"),
            refused: calls("refused"),
            failed: calls("failed"),
            breaker_open,
        }
    }

    fn of_outcome<T>(&self, outcome: &Result<T, Fault>) -> &Counter {
        match outcome {
            Ok(_) => &self.ok,
            Err(Fault::Spared) => &self.spared,
            Err(Fault::Busy) => &self.busy,
            Err(Fault::Refused(_)) => &self.refused,
            Err(Fault::Failed(_)) => &self.failed,
        }
    }
}

/// A try that the breaker let through. Unless its outcome is told, nobody waited for it.
struct Attempt<'a> {
    breaker: &'a Mutex<Breaker>,
    told: bool,
}

impl Attempt<'_> {
    fn tell(mut self, succeeded: bool) {
        self.told = true;
        let mut breaker = lock(self.breaker);
        if succeeded { breaker.succeeded() } else { breaker.failed(Instant::now()) }
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        if !self.told {
            lock(self.breaker).abandoned(Instant::now());
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Upstream {
    /// The service at `base_url`; the clients' time limits hold for each try.
    ///
    /// # Errors
    /// When it is no URL.
    pub fn new(name: &'static str, clients: Arc<Clients>, base_url: &str) -> anyhow::Result<Self> {
        Ok(Self {
            name,
            clients,
            base_url: base_url.parse().with_context(|| format!("the {name} service's URL"))?,
            series: Series::of(name),
            breaker: Mutex::default(),
            budget: Mutex::default(),
            in_flight: Semaphore::new(IN_FLIGHT),
        })
    }

    /// GETs `path` with the caller's token. A fault is logged and counted here.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn get<T: DeserializeOwned>(&self, path: &str, bearer: &Bearer) -> Result<T, Fault> {
        let outcome = self.within_limits(path, bearer).await;
        self.series.of_outcome(&outcome).increment(1);
        self.series.breaker_open.set(f64::from(u8::from(lock(&self.breaker).is_open())));
        outcome.inspect_err(|fault| {
            // Said once for each failure, not for each caller that is spared afterwards.
            let level = if *fault == Fault::Spared { log::Level::Debug } else { log::Level::Warn };
            log::log!(level, "{} service: {fault}", self.name);
        })
    }

    async fn within_limits<T: DeserializeOwned>(&self, path: &str, bearer: &Bearer) -> Result<T, Fault> {
        let _permit = self.in_flight.try_acquire().map_err(|_| Fault::Busy)?;
        lock(&self.budget).earn();
        let mut tries = 1;
        loop {
            let attempt = self.attempt().ok_or(Fault::Spared)?;
            let outcome = self.once(path, bearer).await;
            attempt.tell(!matches!(outcome, Err(Fault::Failed(_))));
            match outcome {
                Err(Fault::Failed(_)) if tries < TRIES && lock(&self.budget).spend() => tries += 1,
                outcome => return outcome,
            }
            let wait = rand::random_range(SHORTEST_WAIT_MS..=LONGEST_WAIT_MS);
            tokio::time::sleep(Duration::from_millis(wait)).await;
        }
    }

    fn attempt(&self) -> Option<Attempt<'_>> {
        let admitted = lock(&self.breaker).admits(Instant::now());
        // Made only where it is one: what is dropped untold counts as a try that nobody waited for.
        admitted.then(|| Attempt { breaker: &self.breaker, told: false })
    }

    /// The path goes behind the base's own, if it has one.
    fn url(&self, path: &str) -> Url {
        let mut url = self.base_url.clone();
        match url.path().trim_end_matches('/') {
            "" => url.set_path(path),
            base => url.set_path(&format!("{base}{path}")),
        }
        url
    }

    async fn once<T: DeserializeOwned>(&self, path: &str, bearer: &Bearer) -> Result<T, Fault> {
        let failed = |error: reqwest::Error| Fault::Failed(chain(&error.without_url()));
        let client = self.clients.of_this_thread().map_err(|error| Fault::Failed(format!("{error:#}")))?;
        let request = client.get(self.url(path)).bearer_auth(&bearer.0);
        let response = outgoing::send(request, path).await.map_err(failed)?;
        match response.status().as_u16() {
            200 => response.json().await.map_err(failed),
            // Asked again, it would say the same. It is up, so this is no failure of the service.
            status @ 400..=499 if status != 408 && status != 429 => Err(Fault::Refused(status)),
            status => Err(Fault::Failed(format!("it answered {status}"))),
        }
    }
}

/// The error with its causes: the first one alone says only that a request failed.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text = format!("{text}: {cause}");
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn upstream(base_url: &str) -> Upstream {
        let clients = Arc::new(Clients::new().expect("a client"));
        Upstream::new("task", clients, base_url).expect("an upstream")
    }

    #[test]
    fn a_path_is_added_to_the_base() {
        for (base, url) in [
            ("http://127.0.0.1:9", "http://127.0.0.1:9/api/tasks/"),
            ("http://127.0.0.1:9/", "http://127.0.0.1:9/api/tasks/"),
            ("http://mesh.example/docket/", "http://mesh.example/docket/api/tasks/"),
        ] {
            assert_eq!(upstream(base).url("/api/tasks/").as_str(), url);
        }
    }

    #[test]
    fn whoever_is_turned_away_does_not_end_the_probe_of_another() {
        let upstream = upstream("http://127.0.0.1:9");
        let long_ago = Instant::now().checked_sub(Duration::from_secs(60)).expect("a minute of uptime");
        for _ in 0..5 {
            lock(&upstream.breaker).failed(long_ago);
        }
        let probe = upstream.attempt();
        assert!(probe.is_some());
        for _ in 0..3 {
            assert!(upstream.attempt().is_none());
        }
    }
}
