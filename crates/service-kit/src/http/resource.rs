//! A URL and its methods, so that any other method is answered with 405 and `Allow`.

use actix_web::{
    FromRequest, Handler, HttpResponse, Responder, ResponseError as _,
    body::MessageBody,
    http::{Method, StatusCode, header},
};
use paperclip::{actix::web, v2::schema::Apiv2Operation};

use super::problem::Problem;

/// One URL of the table in `routes.rs`.
pub struct Resource {
    inner: web::Resource,
    allow: Vec<Method>,
}

/// Starts the entry for `path` (without its trailing slash).
#[must_use]
pub fn resource(path: &str) -> Resource {
    Resource { inner: web::resource(path), allow: Vec::new() }
}

macro_rules! method {
    ($name:ident, $method:ident) => {
        /// Adds the handler of this method.
        #[must_use]
        pub fn $name<F, Args>(mut self, handler: F) -> Self
        where
            F: Handler<Args>,
            Args: FromRequest + 'static,
            F::Output: Responder + 'static,
            <F::Output as Responder>::Body: MessageBody + 'static,
            F::Future: Apiv2Operation,
        {
            self.inner = self.inner.route(web::$name().to(handler));
            self.allow.push(Method::$method);
            self
        }
    };
}

impl Resource {
    method!(get, GET);
    method!(post, POST);
    method!(put, PUT);
    method!(patch, PATCH);
    method!(delete, DELETE);

    /// Mounts it.
    pub fn mount(self, routes: &mut web::ServiceConfig) {
        let mut allow: Vec<&str> = self.allow.iter().map(Method::as_str).collect();
        if allow.contains(&"GET") {
            allow.push("HEAD");
        }
        let allow = allow.join(", ");
        let refuse = move || {
            let allow = allow.clone();
            async move { method_not_allowed(&allow) }
        };
        routes.service(self.inner.default_service(actix_web::web::to(refuse)));
    }
}

fn method_not_allowed(allow: &str) -> HttpResponse {
    let mut problem = Problem::from_status(StatusCode::METHOD_NOT_ALLOWED);
    if let Ok(value) = header::HeaderValue::from_str(allow) {
        problem = problem.with_header(header::ALLOW, value);
    }
    problem.error_response()
}
