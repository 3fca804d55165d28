//! The answer to who asks for a mail: 202 without a body, the same for all.

use actix_web::{HttpRequest, HttpResponse, Responder, body::BoxBody};
use paperclip::{
    actix::OperationModifier,
    v2::{models::DefaultOperationRaw, schema::Apiv2Schema},
};
use service_kit::http::reply::document_empty;

/// It will be seen to, if there is anything to see to.
pub struct Accepted;

impl Responder for Accepted {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::Accepted().finish()
    }
}

impl Apiv2Schema for Accepted {}

impl OperationModifier for Accepted {
    fn update_parameter(_: &mut DefaultOperationRaw) {}

    fn update_response(op: &mut DefaultOperationRaw) {
        document_empty(op, "202", "A mail goes out, if there is an account to send it to.");
    }
}
