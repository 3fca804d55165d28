//! `Last-Event-ID`: after which event a client goes on.

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use futures_util::future::{Ready, ready};
use paperclip::{
    actix::OperationModifier,
    v2::{
        models::{DefaultOperationRaw, Either},
        schema::Apiv2Schema,
    },
};
use service_kit::{Problem, openapi::declare};
use uuid::Uuid;

/// The id of the last event that the client has seen. What is not an id of ours is as good as none.
#[derive(Debug, Clone, Copy)]
pub struct LastEventId(pub Option<Uuid>);

impl FromRequest for LastEventId {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id =
            req.headers().get("last-event-id").and_then(|value| value.to_str().ok()?.trim().parse().ok());
        ready(Ok(Self(id)))
    }
}

impl Apiv2Schema for LastEventId {}

impl OperationModifier for LastEventId {
    fn update_parameter(op: &mut DefaultOperationRaw) {
        let text =
            "Id of the last notification that was seen: what came after it (the latest 100) is sent first.";
        op.parameters.push(Either::Right(declare::header("Last-Event-ID", text)));
    }
}
