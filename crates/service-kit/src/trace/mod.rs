//! OpenTelemetry traces: which call of which service took how long, from a client's request to what follows from it.
//!
//! Off unless `OTEL_EXPORTER_OTLP_ENDPOINT` is set, and then a [`Tracer`] is one empty `Option`. The trace's identity
//! (W3C `traceparent`) travels in any case: [`crate::context::RequestContext`] carries it, events keep it.
//!
//! A span is opened around a request that is served ([`Tracer::server`], in the edge) or made ([`Tracer::client`], in
//! [`crate::http::outgoing`]). What is done in batches, publishing and handling events, is told afterwards, one span an
//! event ([`Tracer::record`]). Sampling is set by OpenTelemetry's own variables (`OTEL_TRACES_SAMPLER`); nothing of a
//! path, a query or a body goes into a span, since those can hold secrets.

mod export;
mod span;
mod traceparent;
mod tracer;

pub use span::OpenSpan;
pub(crate) use traceparent::child;
pub use tracer::{Told, Tracer, endpoint};
