//! The public keys, for whoever verifies our tokens.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, Responder, body::BoxBody, http::header};
use paperclip::{
    actix::{Apiv2Schema, OperationModifier, api_v2_operation, web},
    v2::{
        models::{DefaultOperationRaw, DefaultSchemaRaw},
        schema::Apiv2Schema,
    },
};
use serde::Serialize;
use service_kit::{
    Problem,
    http::{Json, ValidQuery, params::NoParams},
};

use crate::state::AppState;

/// A public key (RFC 7517, RFC 8037).
#[derive(Debug, Clone, Serialize, Apiv2Schema)]
pub struct JwkView {
    /// `OKP`.
    pub kty: String,
    /// `Ed25519`.
    pub crv: String,
    /// The key.
    pub x: String,
    /// Its RFC 7638 thumbprint, and the `kid` of tokens that it signed.
    pub kid: String,
    /// `sig`.
    #[serde(rename = "use")]
    pub usage: String,
    /// `EdDSA`.
    pub alg: String,
}

/// The public keys: the present one, the next one, and former ones whose tokens may still be about.
#[derive(Debug, Clone, Serialize, Apiv2Schema)]
pub struct JwkSetView {
    /// In no particular order.
    pub keys: Vec<JwkView>,
}

/// 200 with the set, which caches may keep for five minutes.
pub struct Cacheable(JwkSetView);

impl Responder for Cacheable {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "public, max-age=300")).json(self.0)
    }
}

impl Apiv2Schema for Cacheable {}

impl OperationModifier for Cacheable {
    fn update_parameter(_: &mut DefaultOperationRaw) {}

    fn update_response(op: &mut DefaultOperationRaw) {
        Json::<JwkSetView>::update_response(op);
    }

    fn update_definitions(map: &mut BTreeMap<String, DefaultSchemaRaw>) {
        Json::<JwkSetView>::update_definitions(map);
    }
}

/// Read the public keys that access tokens are verified with.
#[api_v2_operation(operation_id = "read_jwks")]
pub async fn read_jwks(state: web::Data<AppState>, _: ValidQuery<NoParams>) -> Result<Cacheable, Problem> {
    Ok(Cacheable(state.ring.jwks().await))
}
