//! The page that the link shows, as an answer.

use actix_web::{
    HttpRequest, HttpResponse, Responder,
    body::BoxBody,
    http::header::{self, ContentType, HeaderValue},
};
use paperclip::{
    actix::OperationModifier,
    v2::{
        models::{DefaultOperationRaw, DefaultSchemaRaw},
        schema::Apiv2Schema,
    },
};
use service_kit::http::reply::document_empty;

/// The page loads nothing, is shown in no frame, and sends its forms to us.
const POLICY: &str = "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// A page of HTML.
pub struct Html(pub String);

impl Responder for Html {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::Ok()
            .content_type(ContentType::html())
            .insert_header((header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)))
            // The token is in the address.
            .insert_header((header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")))
            .body(self.0)
    }
}

impl Apiv2Schema for Html {}

impl OperationModifier for Html {
    fn update_parameter(_: &mut DefaultOperationRaw) {}

    fn update_response(op: &mut DefaultOperationRaw) {
        // Its content type is added by `crate::openapi`: paperclip knows one for all answers.
        document_empty(op, "200", "A page for people.");
    }

    fn update_definitions(_: &mut std::collections::BTreeMap<String, DefaultSchemaRaw>) {}
}
