//! A reply that may be the stored one of an earlier request with the same `Idempotency-Key`.

use std::collections::BTreeMap;

use actix_web::{
    HttpRequest, HttpResponse, Responder,
    http::header::{HeaderName, HeaderValue},
};
use paperclip::{
    actix::OperationModifier,
    v2::{
        models::{DefaultOperationRaw, DefaultSchemaRaw, Either, Header},
        schema::Apiv2Schema,
    },
};

/// The reply, with `Idempotency-Replayed: true` where it is the stored one.
#[derive(Debug)]
pub struct Replayable<R> {
    /// How it is answered.
    pub reply: R,
    /// True when an earlier request did the work.
    pub replayed: bool,
}

impl<R: Responder> Responder for Replayable<R> {
    type Body = R::Body;

    fn respond_to(self, req: &HttpRequest) -> HttpResponse<R::Body> {
        let mut response = self.reply.respond_to(req);
        if self.replayed {
            let name = HeaderName::from_static("idempotency-replayed");
            response.headers_mut().insert(name, HeaderValue::from_static("true"));
        }
        response
    }
}

impl<R: Apiv2Schema> Apiv2Schema for Replayable<R> {
    fn name() -> Option<String> {
        R::name()
    }

    fn raw_schema() -> DefaultSchemaRaw {
        R::raw_schema()
    }
}

impl<R: OperationModifier> OperationModifier for Replayable<R> {
    fn update_parameter(_: &mut DefaultOperationRaw) {}

    fn update_response(op: &mut DefaultOperationRaw) {
        R::update_response(op);
        for (status, answer) in &mut op.responses {
            if let (true, Either::Right(answer)) = (status.starts_with('2'), answer) {
                answer.headers.insert("Idempotency-Replayed".to_owned(), Header::default());
            }
        }
    }

    fn update_definitions(map: &mut BTreeMap<String, DefaultSchemaRaw>) {
        R::update_definitions(map);
    }
}
