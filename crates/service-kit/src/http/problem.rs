//! Problem details (RFC 9457): the one form of every error that leaves a service.

use std::{error::Error as StdError, fmt};

use actix_web::{
    HttpResponse, ResponseError,
    http::{
        StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
};
use paperclip::v2::schema::Apiv2Errors;
use serde::Serialize;
use serde_json::{Map, Value};

use super::fields::Errors;
use crate::{context::RequestContext, db::DbError};

/// Seconds after which a client may try again when a dependency is down.
const RETRY_AFTER_SECONDS: u64 = 2;

/// An error as the client sees it. Its cause, if there is one, was logged when it was made and stays here.
#[derive(Debug, Clone)]
pub struct Problem {
    status: StatusCode,
    slug: &'static str,
    title: &'static str,
    detail: String,
    // Boxed, both: problems travel in every `Result`.
    errors: Option<Box<Errors>>,
    headers: Vec<(HeaderName, HeaderValue)>,
    extension: Option<Box<(&'static str, Value)>>,
}

/// The body of a problem response.
#[derive(Serialize)]
struct Body<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    detail: &'a str,
    request_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<&'a Errors>,
    #[serde(flatten)]
    extension: Map<String, Value>,
}

impl Problem {
    /// A problem of the kind `/problems/<slug>`.
    #[must_use]
    pub fn new(
        status: StatusCode,
        slug: &'static str,
        title: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            status,
            slug,
            title,
            detail: detail.into(),
            errors: None,
            headers: Vec::new(),
            extension: None,
        }
    }

    /// The problem that a bare status means.
    #[must_use]
    pub fn from_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::not_found(),
            StatusCode::METHOD_NOT_ALLOWED => Self::new(
                status,
                "method-not-allowed",
                "Method not allowed",
                "This resource does not have that method.",
            ),
            StatusCode::PAYLOAD_TOO_LARGE => Self::too_large(64 * 1024),
            StatusCode::REQUEST_TIMEOUT => Self::timeout(),
            StatusCode::BAD_REQUEST => Self::bad_request("The request cannot be understood."),
            status if status.is_server_error() => Self::internal_without_cause(),
            status => Self::new(
                status,
                "request",
                status.canonical_reason().unwrap_or("Error"),
                "The request failed.",
            ),
        }
    }

    /// 400: the request cannot be understood.
    #[must_use]
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad-request", "Bad request", detail)
    }

    /// 400: query parameters that are unknown or unusable, named in `errors`.
    #[must_use]
    pub fn bad_query(errors: Errors) -> Self {
        let mut problem = Self::new(
            StatusCode::BAD_REQUEST,
            "query",
            "Unusable query parameters",
            format!("These query parameters are unknown or unusable: {}.", errors.names()),
        );
        problem.errors = Some(Box::new(errors));
        problem
    }

    /// 401 with `WWW-Authenticate: Bearer`.
    #[must_use]
    pub fn unauthorized(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", "Sign in first", detail)
            .with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
    }

    /// 403: known to exist, and not allowed.
    #[must_use]
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", "Not allowed", detail)
    }

    /// 404: it does not exist, or the caller may not know that it does.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "Not found", "There is nothing here that you may see.")
    }

    /// 408: the body did not arrive in time.
    #[must_use]
    pub fn timeout() -> Self {
        Self::new(
            StatusCode::REQUEST_TIMEOUT,
            "timeout",
            "Request timeout",
            "The request took too long to arrive.",
        )
        .with_header(header::CONNECTION, HeaderValue::from_static("close"))
    }

    /// 409: it is taken, or busy.
    #[must_use]
    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "conflict", "Conflict", detail)
    }

    /// 409 on one field.
    #[must_use]
    pub fn taken(field: &str, message: &str) -> Self {
        let mut problem = Self::conflict(message);
        problem.errors = Some(Box::new(Errors::one(field, message)));
        problem
    }

    /// 412: `If-Match` names another version than the present one.
    #[must_use]
    pub fn precondition_failed() -> Self {
        Self::new(
            StatusCode::PRECONDITION_FAILED,
            "precondition-failed",
            "It has changed meanwhile",
            "If-Match names another version than the present one. Read it again, then decide.",
        )
    }

    /// 428: the deployment wants `If-Match` on every write of this kind.
    #[must_use]
    pub fn precondition_required() -> Self {
        Self::new(
            StatusCode::PRECONDITION_REQUIRED,
            "precondition-required",
            "If-Match is required",
            "Send If-Match with the ETag that you read, so that nobody's change is overwritten unseen.",
        )
    }

    /// 413: larger than `limit` bytes.
    #[must_use]
    pub fn too_large(limit: usize) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too-large",
            "Body too large",
            format!("The body may have {limit} bytes at most."),
        )
    }

    /// 415: not `application/json`.
    #[must_use]
    pub fn unsupported_media_type() -> Self {
        Self::not_sent_as("application/json")
    }

    /// 415: in no form of those that are named.
    #[must_use]
    pub fn not_sent_as(accepted: &str) -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported-media-type",
            "Unsupported media type",
            format!("Send the body as {accepted}."),
        )
    }

    /// 422: well-formed, and a value is not acceptable; every such field at once.
    #[must_use]
    pub fn validation(errors: Errors) -> Self {
        let mut problem = Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "validation",
            "Values that are not acceptable",
            format!("Please correct: {}.", errors.names()),
        );
        problem.errors = Some(Box::new(errors));
        problem
    }

    /// 422 on one field.
    #[must_use]
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::validation(Errors::one(field, message))
    }

    /// 429 with `Retry-After`.
    #[must_use]
    pub fn too_many_requests(retry_after_seconds: u64) -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "throttled",
            "Too many attempts",
            format!("Too many attempts. Try again in {retry_after_seconds} s."),
        )
        .with_header(header::RETRY_AFTER, HeaderValue::from(retry_after_seconds))
    }

    /// 503 with `Retry-After`: a dependency is down, and the request cannot be served without it.
    #[must_use]
    pub fn unavailable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Temporarily unavailable", detail)
            .with_header(header::RETRY_AFTER, HeaderValue::from(RETRY_AFTER_SECONDS))
    }

    /// 500: our fault. The whole cause chain is logged here, once, and never leaves.
    #[must_use]
    pub fn internal(cause: &(dyn StdError + 'static)) -> Self {
        let mut chain = cause.to_string();
        let mut next = cause.source();
        while let Some(error) = next {
            chain = format!("{chain}: {error}");
            next = error.source();
        }
        let request_id = RequestContext::current().map(|context| context.request_id).unwrap_or_default();
        log::error!(request_id = request_id.as_str(); "a request failed by our fault: {chain}");
        Self::internal_without_cause()
    }

    fn internal_without_cause() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Internal error",
            "Something went wrong on our side. Please report the request_id.",
        )
    }

    /// The same problem with a response header.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The same problem with a member of its own kind (RFC 9457, 3.2).
    #[must_use]
    pub fn with_extension(mut self, name: &'static str, value: Value) -> Self {
        self.extension = Some(Box::new((name, value)));
        self
    }

    /// True when the response will have this header.
    #[must_use]
    pub fn has_header(&self, name: &HeaderName) -> bool {
        self.headers.iter().any(|(own, _)| own == name)
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// What is told in the words of a person.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// The problem as a JSON value, for results inside a larger answer (bulk).
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(self.body(None)).unwrap_or_default()
    }

    fn body<'a>(&'a self, request_id: Option<&'a str>) -> Body<'a> {
        Body {
            r#type: format!("/problems/{}", self.slug),
            title: self.title,
            status: self.status.as_u16(),
            detail: &self.detail,
            request_id,
            errors: self.errors.as_deref(),
            extension: self.extension.iter().map(|member| (member.0.to_owned(), member.1.clone())).collect(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.status.as_u16(), self.title, self.detail)
    }
}

impl StdError for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let request_id = RequestContext::current().map(|context| context.request_id);
        let mut response = HttpResponse::build(self.status);
        for (name, value) in &self.headers {
            response.insert_header((name.clone(), value.clone()));
        }
        if self.status == StatusCode::REQUEST_TIMEOUT {
            // What is still dribbling in is not listened to.
            response.force_close();
        }
        let body = serde_json::to_vec(&self.body(request_id.as_deref())).unwrap_or_default();
        response.content_type("application/problem+json").body(body)
    }
}

impl From<DbError> for Problem {
    fn from(error: DbError) -> Self {
        log::warn!("database unavailable: {error}");
        Self::unavailable("The database cannot be reached at the moment.")
    }
}

impl From<diesel::result::Error> for Problem {
    fn from(error: diesel::result::Error) -> Self {
        match error {
            diesel::result::Error::NotFound => Self::not_found(),
            error if crate::db::is_unavailable(&error) => {
                log::warn!("database unavailable: {error}");
                Self::unavailable("The database cannot be reached at the moment.")
            }
            error => Self::internal(&error),
        }
    }
}

// The statuses of errors are added to the document by `openapi`, from one table for all operations.
impl Apiv2Errors for Problem {}
