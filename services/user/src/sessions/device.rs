//! `Device`: what is remembered of where somebody signs in.

use std::convert::Infallible;

use actix_web::{FromRequest, HttpMessage as _, HttpRequest, dev::Payload};
use futures_util::future::{Ready, ready};
use paperclip::{actix::OperationModifier, v2::schema::Apiv2Schema};
use service_kit::{context::RequestContext, http::ClientAddress};

use crate::throttle::known;

/// A browser or program, and its address.
#[derive(Debug, Clone)]
pub struct Device {
    /// What it calls itself.
    pub user_agent: Option<String>,
    /// The client's address.
    pub client: ClientAddress,
    /// What it was given at an earlier login, if it was.
    pub cookie: Option<String>,
}

impl FromRequest for Device {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let user_agent = req.extensions().get::<RequestContext>().and_then(|seen| seen.user_agent.clone());
        let cookie = req.cookie(known::COOKIE).map(|cookie| cookie.value().to_owned());
        let client = ClientAddress::from_request(req, payload).into_inner();
        ready(client.map(|client| Self { user_agent, client, cookie }))
    }
}

impl Apiv2Schema for Device {}

impl OperationModifier for Device {}
