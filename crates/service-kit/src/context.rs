//! What a request carries along wherever its work goes: its id and its W3C trace context.

use std::fmt::Write as _;

/// Identity of the request being served.
#[derive(Debug, Clone)]
pub struct RequestContext {
    /// `X-Request-Id`: the caller's if sane, else made here.
    pub request_id: String,
    /// W3C `traceparent`: the caller's trace with a span of our own, else a new trace.
    pub traceparent: String,
    /// Address of the client, for audit trails; `None` where there is none, or where nobody asked.
    pub client: Option<String>,
    /// What the client's program calls itself.
    pub user_agent: Option<String>,
}

/// User agents are cut to so many characters.
const LONGEST_USER_AGENT: usize = 255;

tokio::task_local! {
    static CURRENT: RequestContext;
}

impl RequestContext {
    /// The context for a request that came with these headers.
    #[must_use]
    pub fn from_headers(request_id: Option<&str>, traceparent: Option<&str>) -> Self {
        Self {
            request_id: request_id
                .filter(|id| is_sane_request_id(id))
                .map_or_else(|| uuid::Uuid::now_v7().to_string(), str::to_owned),
            traceparent: child_span(traceparent),
            client: None,
            user_agent: None,
        }
    }

    /// The same with who sent the request.
    #[must_use]
    pub fn seen_from(self, client: String, user_agent: Option<&str>) -> Self {
        let user_agent = user_agent.map(|text| text.chars().take(LONGEST_USER_AGENT).collect());
        Self { client: Some(client), user_agent, ..self }
    }

    /// The context of the request that the present task serves.
    #[must_use]
    pub fn current() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }

    /// Serves a request: [`RequestContext::current`] answers with this context inside `work`.
    pub async fn scope<F: Future>(self, work: F) -> F::Output {
        CURRENT.scope(self, work).await
    }

    /// Carries the context onto a blocking thread.
    pub fn sync_scope<T>(context: Option<Self>, work: impl FnOnce() -> T) -> T {
        match context {
            Some(context) => CURRENT.sync_scope(context, work),
            None => work(),
        }
    }
}

fn is_sane_request_id(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
}

/// `00-<trace id>-<a new span id>-<flags>`, on the caller's trace when its header is well formed.
fn child_span(parent: Option<&str>) -> String {
    let (trace, flags) = parent.and_then(parse_traceparent).map_or_else(
        || (hex(&uuid::Uuid::new_v4().into_bytes()), "01".to_owned()),
        |(trace, flags)| (trace.to_owned(), flags.to_owned()),
    );
    let span: [u8; 8] = rand::random();
    format!("00-{trace}-{}-{flags}", hex(&span))
}

fn parse_traceparent(header: &str) -> Option<(&str, &str)> {
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
    sane.then_some((trace, flags))
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

    #[test]
    fn a_sane_request_id_is_kept_and_another_is_replaced() {
        assert_eq!(RequestContext::from_headers(Some("abc-1._"), None).request_id, "abc-1._");
        assert_ne!(RequestContext::from_headers(Some("a b"), None).request_id, "a b");
        assert_ne!(RequestContext::from_headers(Some(&"x".repeat(65)), None).request_id.len(), 65);
    }

    #[test]
    fn the_trace_goes_on_with_a_span_of_its_own() {
        let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let child = RequestContext::from_headers(None, Some(parent)).traceparent;
        assert!(child.starts_with("00-4bf92f3577b34da6a3ce929d0e0e4736-"));
        assert_ne!(child, parent);
        let fresh = RequestContext::from_headers(None, Some("nonsense")).traceparent;
        assert!(parse_traceparent(&fresh).is_some());
    }
}
