//! The secret in a feed's URL. Only its hash is kept, and it is never logged: log lines name the route, not the path.

use std::collections::BTreeMap;

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_util::future::{Ready, ready};
use paperclip::{
    actix::OperationModifier,
    v2::{
        models::{DefaultOperationRaw, DefaultSchemaRaw},
        schema::Apiv2Schema,
    },
};
use service_kit::{Problem, openapi::declare};
use sha2::{Digest as _, Sha256};

const BYTES: usize = 32;
/// Characters of it.
pub const LENGTH: usize = 43;

/// A feed's secret. No `Debug`: it must not be logged.
#[derive(Clone)]
pub struct FeedSecret(String);

impl FeedSecret {
    /// A new one.
    #[must_use]
    pub fn random() -> Self {
        Self(URL_SAFE_NO_PAD.encode(rand::random::<[u8; BYTES]>()))
    }

    /// As it stands in the URL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is kept of it. It is as random as a key, so that a plain hash cannot be turned back.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl FromRequest for FeedSecret {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let text = req.match_info().get("secret").filter(|text| text.len() == LENGTH);
        ready(text.map(|text| Self(text.to_owned())).ok_or_else(Problem::not_found))
    }
}

impl Apiv2Schema for FeedSecret {}

impl OperationModifier for FeedSecret {
    fn update_parameter(op: &mut DefaultOperationRaw) {
        paperclip::actix::web::Path::<(String,)>::update_parameter(op);
        declare::answers(op, &[404]);
    }

    fn update_definitions(_: &mut BTreeMap<String, DefaultSchemaRaw>) {}
}
