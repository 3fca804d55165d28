//! A service's answer on its way to the client: status, headers and bytes as they came, in our own framing.

use actix_web::{
    HttpResponse,
    body::{BodyStream, MessageBody, SizedStream},
    http::{ConnectionType, StatusCode, header},
    web::Bytes,
};
use futures_util::{Stream, StreamExt as _, stream};
use tokio_util::sync::CancellationToken;

use super::proxy::READ_TIMEOUT;

/// The answer for the client. Event streams end when `stop` is cancelled; any other body that stalls or breaks off
/// breaks the client's connection too, so that half an answer never looks like a whole one.
pub fn reply(upstream: reqwest::Response, is_head: bool, stop: &CancellationToken) -> HttpResponse {
    let status = StatusCode::from_u16(upstream.status().as_u16()).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    let mut response = HttpResponse::new(status);
    for (name, value) in super::headers::for_client(upstream.headers()) {
        response.headers_mut().append(name, value);
    }
    if status == StatusCode::REQUEST_TIMEOUT {
        // The rest of the body, should it ever come, is not waited for.
        response.head_mut().set_connection_type(ConnectionType::Close);
    }
    let text = |name: &str| upstream.headers().get(name).and_then(|value| value.to_str().ok());
    let length: Option<u64> = text("content-length").and_then(|length| length.parse().ok());
    let is_event_stream = text("content-type").is_some_and(|kind| kind.starts_with("text/event-stream"));

    if status == StatusCode::NOT_MODIFIED || status == StatusCode::NO_CONTENT {
        if let (StatusCode::NOT_MODIFIED, Some(length)) = (status, length) {
            response.headers_mut().insert(header::CONTENT_LENGTH, length.into());
        }
        return response;
    }
    if is_head {
        return framed(response, length, stream::empty::<Result<Bytes, reqwest::Error>>());
    }
    let bytes = upstream.bytes_stream();
    if is_event_stream {
        return framed(response, length, bytes.take_until(stop.clone().cancelled_owned()));
    }
    framed(response, length, without_stalls(bytes))
}

/// `length` bytes where the service said so, else chunks.
fn framed<S, E>(response: HttpResponse, length: Option<u64>, bytes: S) -> HttpResponse
where
    S: Stream<Item = Result<Bytes, E>> + 'static,
    E: Into<Box<dyn std::error::Error>> + 'static,
{
    match length {
        Some(length) => response.set_body(SizedStream::new(length, bytes).boxed()),
        None => response.set_body(BodyStream::new(bytes).boxed()),
    }
}

/// The same bytes; an error when the next ones take longer than [`READ_TIMEOUT`].
fn without_stalls<E>(
    bytes: impl Stream<Item = Result<Bytes, E>> + 'static,
) -> impl Stream<Item = Result<Bytes, Box<dyn std::error::Error>>>
where
    E: std::error::Error + 'static,
{
    stream::try_unfold(Box::pin(bytes), |mut bytes| async {
        let next = tokio::time::timeout(READ_TIMEOUT, bytes.next()).await?;
        Ok(next.transpose()?.map(|chunk| (chunk, bytes)))
    })
}
