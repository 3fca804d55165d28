//! How spans leave: as HTTP requests, on the runtime of the service. The SDK's thread has none of its own, and a second
//! runtime for a request every few seconds would be a waste.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use anyhow::Context as _;
use async_trait::async_trait;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use tokio::runtime::Handle;

/// A collector that does not answer within this time is not there. What it did not take is lost: a trace is worth no
/// memory that grows.
const ANSWER: Duration = Duration::from_secs(5);

/// Sends on the runtime that it was made on.
#[derive(Debug)]
pub(super) struct OverReqwest {
    service: &'static str,
    client: reqwest::Client,
    runtime: Handle,
    /// The last one did not arrive: said once, not for every batch.
    failing: AtomicBool,
}

impl OverReqwest {
    pub fn new(service: &'static str) -> anyhow::Result<Self> {
        let client = reqwest::Client::builder().timeout(ANSWER).no_proxy().build().context("HTTP client")?;
        let runtime = Handle::try_current().context("the tracer needs the service's runtime")?;
        for result in ["sent", "failed"] {
            metrics::counter!("trace_exports_total", "service" => service, "result" => result).increment(0);
        }
        Ok(Self { service, client, runtime, failing: AtomicBool::new(false) })
    }

    fn tell(&self, failure: Option<&str>) {
        let result = if failure.is_some() { "failed" } else { "sent" };
        metrics::counter!("trace_exports_total", "service" => self.service, "result" => result).increment(1);
        let before = self.failing.swap(failure.is_some(), Ordering::Relaxed);
        match failure {
            Some(failure) if !before => {
                log::warn!("{}: no traces reach the collector: {failure}", self.service);
            }
            None if before => log::info!("{}: traces reach the collector again", self.service),
            _ => {}
        }
    }
}

#[async_trait]
impl HttpClient for OverReqwest {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let client = self.client.clone();
        let sending = self.runtime.spawn(async move {
            let answer = client.execute(reqwest::Request::try_from(request)?).await?;
            let status = answer.status();
            Ok::<_, reqwest::Error>((status, answer.bytes().await?))
        });
        let outcome = match sending.await {
            Ok(Ok((status, body))) => Response::builder().status(status).body(body).map_err(HttpError::from),
            Ok(Err(error)) => Err(error.into()),
            Err(ended) => Err(ended.into()),
        };
        match &outcome {
            Ok(answer) if answer.status().is_success() => self.tell(None),
            Ok(answer) => self.tell(Some(&format!("it answered {}", answer.status()))),
            Err(error) => self.tell(Some(&error.to_string())),
        }
        outcome
    }
}
