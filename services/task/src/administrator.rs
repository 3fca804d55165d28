//! An [`Actor`] who is an administrator. As an extractor it is asked before the body is looked at, so that whoever may
//! not do a thing at all is told so, and not what is wrong with their fields.

use std::collections::BTreeMap;

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use futures_util::future::LocalBoxFuture;
use paperclip::{
    actix::OperationModifier,
    v2::{
        models::{DefaultOperationRaw, DefaultSchemaRaw, SecurityScheme},
        schema::Apiv2Schema,
    },
};
use service_kit::{Problem, auth::Actor};

/// An administrator.
#[derive(Clone)]
pub struct Administrator(pub Actor);

impl FromRequest for Administrator {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let actor = Actor::from_request(req, payload);
        Box::pin(async move {
            let actor = actor.await?;
            actor.require_admin()?;
            Ok(Self(actor))
        })
    }
}

impl Apiv2Schema for Administrator {
    fn security_scheme() -> Option<SecurityScheme> {
        Actor::security_scheme()
    }
}

impl OperationModifier for Administrator {
    fn update_parameter(op: &mut DefaultOperationRaw) {
        Actor::update_parameter(op);
    }

    fn update_security(op: &mut DefaultOperationRaw) {
        Actor::update_security(op);
    }

    fn update_security_definitions(map: &mut BTreeMap<String, SecurityScheme>) {
        Actor::update_security_definitions(map);
    }

    fn update_definitions(_: &mut BTreeMap<String, DefaultSchemaRaw>) {}
}
