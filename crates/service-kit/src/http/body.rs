//! `ValidJson<T>`: a request body that arrived in time, is JSON, and is acceptable field by field.

use std::time::Duration;

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header, web::BytesMut};
use futures_util::{StreamExt as _, future::LocalBoxFuture};
use paperclip::{
    actix::OperationModifier,
    v2::{
        models::{DefaultOperationRaw, DefaultSchemaRaw},
        schema::Apiv2Schema,
    },
};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::{fields::Fields, fields::FromFields, json, problem::Problem};
use crate::openapi::declare;

/// The most bytes that a body may have, unless its kind says otherwise ([`FromFields::BODY_LIMIT`]).
pub const BODY_LIMIT: usize = 64 * 1024;

/// The time in which a whole body must have arrived. With what its client is listened to after the refusal, it is cut off
/// within ten seconds.
pub const BODY_TIMEOUT: Duration = Duration::from_secs(9);

/// A valid body, and the digest of its bytes (for `Idempotency-Key`).
#[derive(Debug)]
pub struct ValidJson<T> {
    /// What it says.
    pub value: T,
    /// SHA-256 of the bytes as they came.
    pub digest: [u8; 32],
}

/// Collects a body of at most `limit` bytes.
///
/// # Errors
/// 413 when it is larger, 408 when it dribbles, 400 when the connection breaks.
pub async fn collect(payload: &mut Payload, limit: usize, timeout: Duration) -> Result<BytesMut, Problem> {
    let whole = async {
        let mut bytes = BytesMut::new();
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|_| Problem::bad_request("The body broke off."))?;
            if bytes.len() + chunk.len() > limit {
                return Err(Problem::too_large(limit));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    };
    tokio::time::timeout(timeout, whole).await.unwrap_or_else(|_| Err(Problem::timeout()))
}

fn is_json(req: &HttpRequest) -> bool {
    let Some(content_type) = req.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok())
    else {
        return false;
    };
    let mut parts = content_type.split(';').map(str::trim);
    parts.next().is_some_and(|essence| essence.eq_ignore_ascii_case("application/json"))
        && parts.all(|parameter| match parameter.split_once('=') {
            Some((name, value)) if name.eq_ignore_ascii_case("charset") => {
                value.trim_matches('"').eq_ignore_ascii_case("utf-8")
            }
            _ => true,
        })
}

impl<T: FromFields + 'static> FromRequest for ValidJson<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = is_json(req);
        let announced =
            req.headers().get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<usize>().ok());
        let mut payload = payload.take();
        Box::pin(async move {
            if !is_json {
                return Err(Problem::unsupported_media_type());
            }
            if announced.is_some_and(|length| length > T::BODY_LIMIT) {
                return Err(Problem::too_large(T::BODY_LIMIT));
            }
            let bytes = collect(&mut payload, T::BODY_LIMIT, BODY_TIMEOUT).await?;
            let value = match json::parse(&bytes).map_err(Problem::bad_request)? {
                Value::Object(object) => Fields::read(object).map_err(Problem::validation)?,
                _ => return Err(Problem::bad_request("The body must be a JSON object.")),
            };
            Ok(Self { value, digest: Sha256::digest(&bytes).into() })
        })
    }
}

impl<T: Apiv2Schema> Apiv2Schema for ValidJson<T> {
    fn name() -> Option<String> {
        T::name()
    }

    fn raw_schema() -> DefaultSchemaRaw {
        T::raw_schema()
    }
}

impl<T: Apiv2Schema + FromFields> OperationModifier for ValidJson<T> {
    fn update_parameter(op: &mut DefaultOperationRaw) {
        paperclip::actix::web::Json::<T>::update_parameter(op);
        declare::answers(op, &[400, 408, 413, 415, 422]);
    }

    fn update_definitions(map: &mut std::collections::BTreeMap<String, DefaultSchemaRaw>) {
        declare::body(map, T::name(), &T::schema_with_ref(), Fields::wire::<T>());
    }
}
