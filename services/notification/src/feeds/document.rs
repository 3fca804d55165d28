//! The answer that a feed reader gets: a document with its tag, or 304 when it has that one already.

use std::collections::BTreeMap;

use actix_web::{
    HttpRequest, HttpResponse, Responder,
    body::BoxBody,
    http::header::{self, HeaderValue},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use paperclip::{
    actix::OperationModifier,
    v2::{
        models::{DefaultOperationRaw, DefaultSchemaRaw},
        schema::Apiv2Schema,
    },
};
use service_kit::http::{ETag, IfNoneMatch, reply::document_empty};
use sha2::{Digest as _, Sha256};

/// What readers may keep, for how long, and nobody between.
const KEPT: HeaderValue = HeaderValue::from_static("private, max-age=300");

/// A document of a format that is not ours.
pub struct FeedDocument {
    /// Its media type.
    pub content_type: &'static str,
    /// The document.
    pub text: String,
}

impl Responder for FeedDocument {
    type Body = BoxBody;

    fn respond_to(self, req: &HttpRequest) -> HttpResponse {
        let etag = ETag::new(URL_SAFE_NO_PAD.encode(&Sha256::digest(self.text.as_bytes())[..18]));
        let mut response = if IfNoneMatch::of(req).matches(&etag) {
            HttpResponse::NotModified().finish()
        } else {
            HttpResponse::Ok().content_type(self.content_type).body(self.text)
        };
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, KEPT);
        // The URL is the key to it: it goes to nobody else.
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        if let Ok(etag) = HeaderValue::from_str(&etag.to_string()) {
            headers.insert(header::ETAG, etag);
        }
        response
    }
}

impl Apiv2Schema for FeedDocument {}

impl OperationModifier for FeedDocument {
    fn update_parameter(_: &mut DefaultOperationRaw) {}

    fn update_response(op: &mut DefaultOperationRaw) {
        // Its content type is added by `crate::openapi`: paperclip knows one for all answers.
        document_empty(op, "200", "The feed.");
        document_empty(op, "304", "Not modified: If-None-Match names the present state.");
    }

    fn update_definitions(_: &mut BTreeMap<String, DefaultSchemaRaw>) {}
}
