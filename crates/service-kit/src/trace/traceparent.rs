//! The W3C header `traceparent`: `00-<trace id>-<span id>-<flags>`, read and written.

use std::fmt::Write as _;

use opentelemetry::trace::{SpanContext, SpanId, TraceFlags, TraceId, TraceState};

/// The parts of a header that is well formed.
struct Parts<'a> {
    trace: &'a str,
    span: &'a str,
    flags: &'a str,
}

fn parse(header: &str) -> Option<Parts<'_>> {
    let mut parts = header.split('-');
    let (version, trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let well_formed = |text: &str, length: usize| {
        text.len() == length && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    };
    let sane = well_formed(version, 2)
        && version != "ff"
        && well_formed(trace, 32)
        && well_formed(span, 16)
        && well_formed(flags, 2)
        && trace.bytes().any(|b| b != b'0')
        && span.bytes().any(|b| b != b'0');
    sane.then_some(Parts { trace, span, flags })
}

/// A new span on the caller's trace if its header is well formed, else on a new one.
pub(crate) fn child(parent: Option<&str>) -> String {
    let (trace, flags) = parent.and_then(parse).map_or_else(
        || (hex(&uuid::Uuid::new_v4().into_bytes()), "01".to_owned()),
        |parts| (parts.trace.to_owned(), parts.flags.to_owned()),
    );
    let span: [u8; 8] = rand::random();
    format!("00-{trace}-{}-{flags}", hex(&span))
}

/// OpenTelemetry's form of a well-formed header.
pub(super) fn to_span_context(header: &str) -> Option<SpanContext> {
    let parts = parse(header)?;
    Some(SpanContext::new(
        TraceId::from_hex(parts.trace).ok()?,
        SpanId::from_hex(parts.span).ok()?,
        TraceFlags::new(u8::from_str_radix(parts.flags, 16).ok()?),
        true,
        TraceState::default(),
    ))
}

/// The header that says `span` to the next one.
pub(super) fn of_span_context(span: &SpanContext) -> String {
    format!("00-{}-{}-{:02x}", span.trace_id(), span.span_id(), span.trace_flags())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn the_trace_goes_on_with_a_span_of_its_own() {
        let child = super::child(Some(PARENT));
        assert!(child.starts_with("00-4bf92f3577b34da6a3ce929d0e0e4736-"));
        assert_ne!(child, PARENT);
    }

    #[test]
    fn what_is_no_traceparent_begins_a_new_trace() {
        for nonsense in ["", "nonsense", &PARENT.to_uppercase(), &PARENT.replace("00-4", "ff-4")] {
            assert!(to_span_context(nonsense).is_none(), "{nonsense}");
            assert!(parse(&super::child(Some(nonsense))).is_some(), "{nonsense}");
        }
    }

    #[test]
    fn a_header_is_read_and_written_alike() {
        let context = to_span_context(PARENT).map(|context| of_span_context(&context));
        assert_eq!(context.as_deref(), Some(PARENT));
    }
}
