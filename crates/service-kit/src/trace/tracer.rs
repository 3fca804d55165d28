//! The tracer of one service: opens spans, and sends them to a collector in batches.

use std::time::{Duration, SystemTime};

use anyhow::Context as _;
use opentelemetry::{
    Context, KeyValue,
    trace::{Span as _, SpanKind, Status, TraceContextExt as _, Tracer as _, TracerProvider as _},
};
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::{
    Resource,
    trace::{SdkTracer, SdkTracerProvider},
};

use super::{export::OverReqwest, span::OpenSpan, traceparent};
use crate::settings::service_url;

/// What is left when a service ends is sent within this time, or not at all.
const LAST_SPANS: Duration = Duration::from_secs(2);

/// Opens spans. Clones are cheap; without a collector it does nothing.
#[derive(Clone, Default)]
pub struct Tracer(Option<On>);

#[derive(Clone)]
struct On {
    tracer: SdkTracer,
    provider: SdkTracerProvider,
}

/// Something that has been done, told afterwards.
pub struct Told<'a> {
    /// `send docket.events`: what was done, and with what.
    pub name: String,
    /// Whether it sent or received.
    pub kind: SpanKind,
    /// `traceparent` of what caused it.
    pub parent: Option<&'a str>,
    /// When it began; it ended now.
    pub began: SystemTime,
    /// By OpenTelemetry's names.
    pub attributes: Vec<KeyValue>,
    /// Why it failed, if it did.
    pub failure: Option<String>,
}

impl Tracer {
    /// The tracer of `service`, sending to the collector at `endpoint` (see [`endpoint`]); without one it is off. Call
    /// it on the runtime that serves: what is sent goes out from there.
    ///
    /// # Errors
    /// When the exporter cannot be made. Whether there is a collector is not tried: it may come later.
    pub fn start(service: &'static str, endpoint: Option<&str>) -> anyhow::Result<Self> {
        let Some(endpoint) = endpoint.filter(|text| !text.is_empty()) else { return Ok(Self(None)) };
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(OverReqwest::new(service)?)
            .with_endpoint(format!("{}/v1/traces", endpoint.trim_end_matches('/')))
            .build()
            .context("OTEL_EXPORTER_OTLP_ENDPOINT")?;
        let resource = Resource::builder()
            .with_service_name(service)
            .with_attribute(KeyValue::new("service.namespace", "docket"))
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .with_attribute(KeyValue::new("service.instance.id", uuid::Uuid::new_v4().to_string()))
            .build();
        let provider =
            SdkTracerProvider::builder().with_resource(resource).with_batch_exporter(exporter).build();
        Ok(Self(Some(On { tracer: provider.tracer("docket"), provider })))
    }

    /// Whether spans go anywhere.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// A span around a request that is served, below the caller's.
    #[must_use]
    pub fn server(&self, method: &str, parent: Option<&str>) -> OpenSpan {
        self.open(SpanKind::Server, method, parent)
    }

    /// A span around a request that is made.
    #[must_use]
    pub fn client(&self, method: &str, parent: &str) -> OpenSpan {
        self.open(SpanKind::Client, method, Some(parent))
    }

    fn open(&self, kind: SpanKind, method: &str, parent: Option<&str>) -> OpenSpan {
        let Some(on) = &self.0 else { return OpenSpan::default() };
        let method = KeyValue::new("http.request.method", method.to_owned());
        let builder = on.tracer.span_builder(method.value.to_string()).with_kind(kind);
        OpenSpan::new(on.tracer.build_with_context(builder.with_attributes([method]), &below(parent)))
    }

    /// Tells of something that has just ended; `about` is asked only where somebody listens.
    pub fn record<'a>(&self, about: impl FnOnce() -> Told<'a>) {
        let Some(on) = &self.0 else { return };
        let told = about();
        let builder = on.tracer.span_builder(told.name).with_kind(told.kind).with_start_time(told.began);
        let mut span =
            on.tracer.build_with_context(builder.with_attributes(told.attributes), &below(told.parent));
        if let Some(failure) = told.failure {
            span.set_status(Status::error(failure));
        }
        span.end();
    }

    /// Sends what is left.
    pub async fn stop(self) {
        let Some(on) = self.0 else { return };
        // It waits for its own thread, whose requests run on ours.
        let ended = tokio::task::spawn_blocking(move || on.provider.shutdown_with_timeout(LAST_SPANS)).await;
        if let Ok(Err(error)) = ended {
            log::warn!("the last spans did not reach the collector: {error}");
        }
    }
}

/// As a parent, what a well-formed header says; without one, nothing.
fn below(parent: Option<&str>) -> Context {
    let parent = parent.and_then(traceparent::to_span_context);
    parent.map_or_else(Context::new, |parent| Context::new().with_remote_span_context(parent))
}

/// The collector's address: `http://collector:4318`, to which `/v1/traces` is added. Empty is as good as not said.
///
/// # Errors
/// When it is not of that form: https is for a collector beside the service, which has the certificates.
pub fn endpoint(text: &str) -> Result<String, String> {
    if text.is_empty() { Ok(String::new()) } else { service_url(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collector_is_reached_by_http() {
        for right in ["http://127.0.0.1:4318", "http://collector.monitoring:4318/", ""] {
            assert!(endpoint(right).is_ok(), "{right}");
        }
        for wrong in ["https://collector.example", "collector:4318", "grpc://collector:4317"] {
            assert!(endpoint(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn without_a_collector_nothing_is_recorded() {
        let tracer = Tracer::default();
        assert!(tracer.server("GET", None).traceparent().is_none());
        tracer.record(|| unreachable!("nobody listens"));
    }
}
