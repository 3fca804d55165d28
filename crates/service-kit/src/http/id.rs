//! `Id`: the `{id}` of a path. What is no UUID names nothing, so it is 404 and not 400.

use std::collections::BTreeMap;

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use futures_util::future::{Ready, ready};
use paperclip::{
    actix::OperationModifier,
    v2::{
        models::{DefaultOperationRaw, DefaultSchemaRaw},
        schema::Apiv2Schema,
    },
};
use uuid::Uuid;

use super::problem::Problem;
use crate::openapi::declare;

/// The id in the path.
#[derive(Debug, Clone, Copy)]
pub struct Id(pub Uuid);

impl FromRequest for Id {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        // Only the canonical form: a resource has one URL.
        let id =
            req.match_info().get("id").filter(|text| text.len() == 36).and_then(|text| text.parse().ok());
        ready(id.map(Self).ok_or_else(Problem::not_found))
    }
}

impl Apiv2Schema for Id {}

impl OperationModifier for Id {
    fn update_parameter(op: &mut DefaultOperationRaw) {
        paperclip::actix::web::Path::<(Uuid,)>::update_parameter(op);
        declare::answers(op, &[404]);
    }

    fn update_definitions(_: &mut BTreeMap<String, DefaultSchemaRaw>) {}
}
