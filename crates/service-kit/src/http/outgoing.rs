//! Requests of one service to another: with the limits of a call that somebody waits for, and with the identity of the
//! request that it is made for.

use std::time::Duration;

use anyhow::Context as _;
use reqwest::header::HeaderName;
use thread_local::ThreadLocal;

use crate::context::RequestContext;

/// To connect.
const CONNECT: Duration = Duration::from_millis(300);
/// From the first byte sent to the last byte read.
const ANSWER: Duration = Duration::from_millis(800);
/// An idle connection is kept for less time than the other side keeps it (75 s): none is used that was just closed.
const IDLE: Duration = Duration::from_secs(60);

/// A client for the other services: no proxy is asked for the way, and no redirect is followed.
///
/// # Errors
/// When the client cannot be made.
pub fn client() -> anyhow::Result<reqwest::Client> {
    reqwest::Client::builder()
        .connect_timeout(CONNECT)
        .timeout(ANSWER)
        .pool_idle_timeout(IDLE)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .context("HTTP client")
}

/// Clients for calls of which there are many: each thread has its own, so that what comes in on a connection wakes the thread
/// that waits for it, and not another one first.
pub struct Clients(ThreadLocal<reqwest::Client>);

impl Clients {
    /// Those of [`client`], which are made as threads ask.
    ///
    /// # Errors
    /// When this thread's cannot be made.
    pub fn new() -> anyhow::Result<Self> {
        let clients = Self(ThreadLocal::new());
        clients.of_this_thread()?;
        Ok(clients)
    }

    /// This thread's.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn of_this_thread(&self) -> anyhow::Result<&reqwest::Client> {
        self.0.get_or_try(client)
    }
}

/// Sends `request` with the request id and the trace of the request that is being served, in a span of its own.
/// `route` is the path's template (`/api/users/{id}/`).
///
/// # Errors
/// When there is no answer. An answer of any status is one.
pub async fn send(request: reqwest::RequestBuilder, route: &str) -> reqwest::Result<reqwest::Response> {
    let Some(context) = RequestContext::current() else { return request.send().await };
    let (client, request) = request.build_split();
    let mut request = request?;
    let mut span = context.tracer.client(request.method().as_str(), &context.traceparent);
    span.route(request.method().as_str(), route);
    span.note("server.address", || request.url().host_str().unwrap_or_default().to_owned());
    let traceparent = span.traceparent().unwrap_or(context.traceparent);
    for (name, value) in [("x-request-id", context.request_id), ("traceparent", traceparent)] {
        // Both are of a kind that a header can hold; if one were not, the call is worth more than its name.
        if let Ok(value) = value.parse() {
            request.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
    let outcome = client.execute(request).await;
    match &outcome {
        Ok(answer) => span.answered(answer.status().as_u16(), 400),
        Err(error) if error.is_timeout() => span.failed("timeout"),
        Err(_) => span.failed("connection"),
    }
    outcome
}
