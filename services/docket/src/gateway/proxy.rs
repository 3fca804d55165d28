//! One request through the gateway: refused here, or passed on to its service and answered with what that says.

use std::time::Duration;

use actix_web::{
    HttpRequest, HttpResponse, ResponseError as _,
    http::{
        Method,
        header::{self, HeaderValue},
    },
    web,
};
use reqwest::redirect;
use service_kit::{
    Problem,
    context::RequestContext,
    http::edge::{X_REQUEST_ID, is_odd_path},
};
use tokio_util::sync::CancellationToken;

use super::{Upstreams, body::Outgoing, headers, reply::reply, routes};

/// A service that does not take a connection within this time is down.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
/// A service that says nothing for this long has failed (between the events of a stream it may).
pub const READ_TIMEOUT: Duration = Duration::from_secs(30);
/// Shorter than the services keep an idle connection (75 s), so that none is used just as it is closed.
const POOL_IDLE: Duration = Duration::from_secs(60);

/// A worker's way to the services.
pub struct Proxy {
    client: reqwest::Client,
    upstreams: Upstreams,
    stop: CancellationToken,
}

impl Proxy {
    /// A client of its own, which changes nothing that passes through it: no decompression, redirects or proxies.
    ///
    /// # Errors
    /// When the client cannot be made.
    pub fn new(upstreams: Upstreams, stop: CancellationToken) -> reqwest::Result<Self> {
        let client = reqwest::Client::builder()
            .http1_only()
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_idle_timeout(POOL_IDLE)
            .redirect(redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .no_gzip()
            .no_brotli()
            .no_deflate()
            .no_zstd()
            .build()?;
        Ok(Self { client, upstreams, stop })
    }

    async fn pass_on(
        &self,
        req: &HttpRequest,
        payload: web::Payload,
        request_id: &str,
    ) -> Result<HttpResponse, Problem> {
        let path = req.path();
        if !path.starts_with('/') || is_odd_path(path) {
            return Err(Problem::bad_request("The path has empty, dot or encoded segments."));
        }
        let service = routes::route(path).ok_or_else(Problem::not_found)?;
        let mut outgoing = Outgoing::read(req, payload.into_inner(), routes::body_limit(path)).await?;
        let request = self.request(req, service, request_id, &mut outgoing)?;
        let silence = async {
            outgoing.sent().await;
            tokio::time::sleep(READ_TIMEOUT).await;
        };
        let answer = tokio::select! {
            // Without its URL, which may be a secret one.
            answer = self.client.execute(request) => answer.map_err(|error| error.without_url().into()),
            () = silence => Err(anyhow::anyhow!("silent for {READ_TIMEOUT:?}")),
        };
        let error = match answer {
            Ok(answer) => return Ok(reply(answer, req.method() == Method::HEAD, &self.stop)),
            Err(error) => error,
        };
        Err(outgoing.problem().await.unwrap_or_else(|| {
            log::warn!(request_id; "gateway: {service:?} does not answer: {error:#}");
            Problem::unavailable("A part of Docket cannot be reached at the moment.")
        }))
    }

    fn request(
        &self,
        req: &HttpRequest,
        service: routes::Service,
        request_id: &str,
        outgoing: &mut Outgoing,
    ) -> Result<reqwest::Request, Problem> {
        let method = reqwest::Method::from_bytes(req.method().as_str().as_bytes());
        let target = req.uri().path_and_query().map_or("/", |target| target.as_str());
        let url = reqwest::Url::parse(&format!("http://{}{target}", self.upstreams.address(service)));
        let (Ok(method), Ok(url)) = (method, url) else {
            return Err(Problem::bad_request("The request cannot be understood."));
        };
        let mut request = reqwest::Request::new(method, url);
        *request.headers_mut() = headers::for_service(req, request_id);
        if let Some(length) = outgoing.length {
            request.headers_mut().insert(reqwest::header::CONTENT_LENGTH, length.into());
        }
        *request.body_mut() = outgoing.body.take();
        Ok(request)
    }
}

/// The gateway's only handler.
pub async fn forward(req: HttpRequest, payload: web::Payload, proxy: web::Data<Proxy>) -> HttpResponse {
    let asked = req.headers().get(X_REQUEST_ID).and_then(|value| value.to_str().ok());
    let context = RequestContext::from_headers(asked, None);
    let request_id = context.request_id.clone();
    let work = async {
        let answer = proxy.pass_on(&req, payload, &request_id).await;
        answer.unwrap_or_else(|problem| refusal(&problem))
    };
    let mut response = context.scope(work).await;
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert(X_REQUEST_ID, value);
    }
    response
}

/// An answer of the gateway's own, with the headers that the services give theirs.
fn refusal(problem: &Problem) -> HttpResponse {
    let mut response = problem.error_response();
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
