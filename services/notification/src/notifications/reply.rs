//! What reading all answers: how many, and whether an earlier request with the same key did it.

use std::collections::BTreeMap;

use actix_web::{
    HttpRequest, HttpResponse, Responder,
    body::BoxBody,
    http::header::{HeaderName, HeaderValue},
};
use paperclip::{
    actix::OperationModifier,
    v2::{
        models::{DefaultOperationRaw, DefaultSchemaRaw},
        schema::Apiv2Schema,
    },
};
use service_kit::http::Json;

use super::views::ReadAllView;

/// 200 with the number.
#[derive(Debug)]
pub struct AllRead {
    /// The number.
    pub view: ReadAllView,
    /// True when this is the stored reply to an earlier request with the same `Idempotency-Key`.
    pub replayed: bool,
}

impl Responder for AllRead {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let mut response = HttpResponse::Ok().json(self.view);
        if self.replayed {
            let name = HeaderName::from_static("idempotency-replayed");
            response.headers_mut().insert(name, HeaderValue::from_static("true"));
        }
        response
    }
}

impl Apiv2Schema for AllRead {
    fn name() -> Option<String> {
        ReadAllView::name()
    }

    fn raw_schema() -> DefaultSchemaRaw {
        ReadAllView::raw_schema()
    }
}

impl OperationModifier for AllRead {
    fn update_parameter(_: &mut DefaultOperationRaw) {}

    fn update_response(op: &mut DefaultOperationRaw) {
        Json::<ReadAllView>::update_response(op);
    }

    fn update_definitions(map: &mut BTreeMap<String, DefaultSchemaRaw>) {
        Json::<ReadAllView>::update_definitions(map);
    }
}
