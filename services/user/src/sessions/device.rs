//! `Device`: what is remembered of where somebody signs in.

use std::convert::Infallible;

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header};
use futures_util::future::{Ready, ready};
use paperclip::{actix::OperationModifier, v2::schema::Apiv2Schema};
use service_kit::http::ClientAddress;

/// User agents are cut to so many characters.
const MOST: usize = 255;

/// A browser or program, and its address.
#[derive(Debug, Clone)]
pub struct Device {
    /// What it calls itself.
    pub user_agent: Option<String>,
    /// The client's address.
    pub client: ClientAddress,
}

impl FromRequest for Device {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let user_agent = req.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        let user_agent = user_agent.map(|text| text.chars().take(MOST).collect());
        ready(
            ClientAddress::from_request(req, payload).into_inner().map(|client| Self { user_agent, client }),
        )
    }
}

impl Apiv2Schema for Device {}

impl OperationModifier for Device {}
