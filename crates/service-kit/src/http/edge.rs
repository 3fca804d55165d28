//! The outermost layer of every service: request identity, path safety, and one form of error.

use actix_web::{
    Error, HttpMessage as _, HttpResponse, ResponseError as _,
    body::{BodySize, BoxBody, EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        ConnectionType, Method, StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
    middleware::Next,
    web,
};

use super::{client::ClientAddress, problem::Problem};
use crate::{
    context::RequestContext,
    health::Draining,
    trace::{OpenSpan, Tracer},
};

/// Name of the request id header.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Gives the request its id and trace, refuses odd paths, serves HEAD as GET, and words every error as a problem.
///
/// # Errors
/// None of its own: what an inner middleware fails with.
pub async fn edge<B: MessageBody + 'static>(
    mut req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    let text =
        |name: &HeaderName| req.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let (id, parent) = (text(&X_REQUEST_ID), text(&HeaderName::from_static("traceparent")));
    let tracer =
        req.app_data::<web::Data<Tracer>>().map(|tracer| tracer.get_ref().clone()).unwrap_or_default();
    let mut span = tracer.server(req.method().as_str(), parent.as_deref());
    let context = RequestContext::from_headers(id.as_deref(), parent.as_deref())
        .within(tracer, &span)
        .seen_from(ClientAddress::of(req.request()).0, text(&header::USER_AGENT).as_deref());
    req.extensions_mut().insert(context.clone());

    // The encoder leaves the body of an answer to HEAD away by itself; the headers are those of GET.
    let is_head = req.method() == Method::HEAD;
    if is_head {
        req.head_mut().method = Method::GET;
    }
    let request_id = context.request_id.clone();
    let traceparent = log::log_enabled!(log::Level::Debug).then(|| context.traceparent.clone());
    let method = req.method().clone();
    let started = std::time::Instant::now();
    let draining = req.app_data::<web::Data<Draining>>().cloned();
    let mut response = context
        .scope(async move {
            if is_odd_path(req.path()) {
                let problem = Problem::bad_request("The path has empty, dot or encoded segments.");
                return Ok(req.into_response(problem.error_response()).map_into_right_body());
            }
            let response = next.call(req).await?;
            let response = word_errors(response);
            Ok::<_, Error>(if is_head { without_stream(response) } else { response })
        })
        .await?;

    if let Ok(value) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert(X_REQUEST_ID, value);
    }
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if !response.headers().contains_key(header::CACHE_CONTROL) {
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    // A connection that its caller keeps would be closed by us at the end: perhaps just as the next request is on it,
    // and nobody could say whether that was done. So the caller is told to let go of it while there is time.
    if draining.is_some_and(|draining| draining.has_begun()) {
        response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
    observe(&method, &response, (&request_id, traceparent.as_deref()), &mut span, started.elapsed());
    Ok(response)
}

/// A body without an end is not waited for where it is left away.
fn without_stream<B: MessageBody + 'static>(
    response: ServiceResponse<EitherBody<B, BoxBody>>,
) -> ServiceResponse<EitherBody<B, BoxBody>> {
    if response.response().body().size() != BodySize::Stream {
        return response;
    }
    response.map_body(|_, _| EitherBody::Right { body: BoxBody::new(actix_web::body::None::new()) })
}

fn observe<B>(
    method: &Method,
    response: &ServiceResponse<B>,
    (request_id, traceparent): (&str, Option<&str>),
    span: &mut OpenSpan,
    took: std::time::Duration,
) {
    let route = response.request().match_pattern().unwrap_or_else(|| "unmatched".to_owned());
    let status = response.status().as_u16();
    log::debug!(request_id, traceparent, status, took_us = took.as_micros() as u64; "{method} {route}");
    span.route(method.as_str(), &route);
    span.note("docket.request_id", || request_id.to_owned());
    span.answered(status, 500);
    crate::health::metrics::record_request(method.as_str(), &route, status, took);
}

/// An error that is not worded as a problem yet (actix's own 404, 405, 413, …) becomes one.
fn word_errors<B: MessageBody + 'static>(
    response: ServiceResponse<B>,
) -> ServiceResponse<EitherBody<B, BoxBody>> {
    let status = response.status();
    let worded = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"application/problem+json"));
    if worded || !(status.is_client_error() || status.is_server_error()) {
        return response.map_into_left_body();
    }
    // An answer with a body of its own (a proxied one) stays as it is.
    let is_ours = response.response().error().is_none()
        && !matches!(response.response().body().size(), BodySize::None | BodySize::Sized(0));
    if is_ours {
        return response.map_into_left_body();
    }
    let allow = response.headers().get(header::ALLOW).cloned();
    let (request, _) = response.into_parts();
    let mut worded: HttpResponse = Problem::from_status(status).error_response();
    if let (StatusCode::METHOD_NOT_ALLOWED, Some(allow)) = (status, allow) {
        worded.headers_mut().insert(header::ALLOW, allow);
    }
    ServiceResponse::new(request, worded).map_into_right_body()
}

/// Paths on which proxies and servers disagree: `//`, `.` and `..` segments, encoded dots, slashes, backslashes, NULs.
#[must_use]
pub fn is_odd_path(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    lower.contains("//")
        || lower.contains('\\')
        || ["%2e", "%2f", "%5c", "%00", "%25"].iter().any(|code| lower.contains(code))
        || lower.split('/').any(|segment| segment == "." || segment == "..")
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use actix_web::{
        App,
        middleware::from_fn,
        test::{TestRequest, call_service, init_service},
        web,
    };
    use futures_util::stream;

    use super::*;

    #[actix_web::test]
    async fn the_head_of_an_endless_answer_ends() {
        let endless =
            || async { HttpResponse::Ok().streaming(stream::pending::<Result<web::Bytes, Infallible>>()) };
        let app = App::new().wrap(from_fn(edge)).route("/", web::get().to(endless));
        let app = init_service(app).await;
        for (method, size) in [(Method::HEAD, BodySize::None), (Method::GET, BodySize::Stream)] {
            let request = TestRequest::with_uri("/").method(method).to_request();
            assert_eq!(call_service(&app, request).await.response().body().size(), size);
        }
    }

    #[actix_web::test]
    async fn who_is_about_to_end_asks_for_connections_to_be_let_go() {
        let draining = Draining::default();
        let ok = || async { HttpResponse::Ok().finish() };
        let app = App::new().app_data(web::Data::new(draining.clone())).wrap(from_fn(edge));
        let app = init_service(app.route("/", web::get().to(ok))).await;
        for closes in [false, true] {
            let response = call_service(&app, TestRequest::get().to_request()).await;
            let kept = response.response().head().connection_type();
            assert_eq!(kept == ConnectionType::Close, closes);
            draining.begin();
        }
    }

    #[test]
    fn odd_paths_are_told_from_plain_ones() {
        for odd in ["//", "/a//b", "/a/./b", "/a/..", "/a/%2e%2E/b", "/a%2Fb", "/a\\b", "/a%5cb", "/%00"] {
            assert!(is_odd_path(odd), "{odd}");
        }
        for plain in ["/", "/api/tasks/", "/api/tasks/x.y", "/.well-known/jwks.json", "/a..b/c", "/caf%C3%A9"]
        {
            assert!(!is_odd_path(plain), "{plain}");
        }
    }
}
