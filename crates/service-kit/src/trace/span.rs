//! A span that is open: around a request. It ends when it is dropped, also when nobody waits for the request any more.

use opentelemetry::{
    KeyValue,
    trace::{Span as _, Status},
};
use opentelemetry_sdk::trace::Span;

use super::traceparent;

/// The span, or nothing where tracing is off.
#[derive(Default)]
pub struct OpenSpan(Option<Span>);

impl OpenSpan {
    pub(super) fn new(span: Span) -> Self {
        Self(Some(span))
    }

    /// Itself as a parent, for the next one.
    #[must_use]
    pub fn traceparent(&self) -> Option<String> {
        let context = self.0.as_ref()?.span_context();
        // Without a valid one the tracer has ended: the trace goes on as if it were off.
        context.is_valid().then(|| traceparent::of_span_context(context))
    }

    /// The request's route, by template, which becomes the span's name after the method.
    pub fn route(&mut self, method: &str, route: &str) {
        let Some(span) = &mut self.0 else { return };
        span.update_name(format!("{method} {route}"));
        span.set_attribute(KeyValue::new("http.route", route.to_owned()));
    }

    /// Something else about it, by OpenTelemetry's names.
    pub fn note(&mut self, name: &'static str, value: impl FnOnce() -> String) {
        if let Some(span) = &mut self.0 {
            span.set_attribute(KeyValue::new(name, value()));
        }
    }

    /// What was answered. `failed_from` is the lowest status that is a failure: 500 for who serves, 400 for who asks.
    pub fn answered(&mut self, status: u16, failed_from: u16) {
        let Some(span) = &mut self.0 else { return };
        span.set_attribute(KeyValue::new("http.response.status_code", i64::from(status)));
        if status >= failed_from {
            span.set_attribute(KeyValue::new("error.type", status.to_string()));
            span.set_status(Status::error(""));
        }
    }

    /// Nothing was answered.
    pub fn failed(&mut self, kind: &'static str) {
        let Some(span) = &mut self.0 else { return };
        span.set_attribute(KeyValue::new("error.type", kind));
        span.set_status(Status::error(kind));
    }
}
