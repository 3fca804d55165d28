//! What a request carries along wherever its work goes: its id and its W3C trace context.

use crate::trace::{self, OpenSpan, Tracer};

/// Identity of the request being served.
#[derive(Clone)]
pub struct RequestContext {
    /// `X-Request-Id`: the caller's if sane, else made here.
    pub request_id: String,
    /// W3C `traceparent`: the caller's trace with a span of our own, else a new trace.
    pub traceparent: String,
    /// Address of the client, for audit trails; `None` where there is none, or where nobody asked.
    pub client: Option<String>,
    /// What the client's program calls itself.
    pub user_agent: Option<String>,
    /// For the spans of what is done for this request; off where nobody set one.
    pub tracer: Tracer,
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
            traceparent: trace::child(traceparent),
            client: None,
            user_agent: None,
            tracer: Tracer::default(),
        }
    }

    /// The same with who sent the request.
    #[must_use]
    pub fn seen_from(self, client: String, user_agent: Option<&str>) -> Self {
        let user_agent = user_agent.map(|text| text.chars().take(LONGEST_USER_AGENT).collect());
        Self { client: Some(client), user_agent, ..self }
    }

    /// The same within `span`, which `tracer` has opened around the request.
    #[must_use]
    pub fn within(self, tracer: Tracer, span: &OpenSpan) -> Self {
        Self { traceparent: span.traceparent().unwrap_or(self.traceparent), tracer, ..self }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sane_request_id_is_kept_and_another_is_replaced() {
        assert_eq!(RequestContext::from_headers(Some("abc-1._"), None).request_id, "abc-1._");
        assert_ne!(RequestContext::from_headers(Some("a b"), None).request_id, "a b");
        assert_ne!(RequestContext::from_headers(Some(&"x".repeat(65)), None).request_id.len(), 65);
    }
}
