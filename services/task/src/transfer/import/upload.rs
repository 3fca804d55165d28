//! A file as the body of a request: all of it, in time, in a format that is known.

use std::{collections::BTreeMap, time::Duration};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header,
    web::{Bytes, BytesMut},
};
use futures_util::{StreamExt as _, future::LocalBoxFuture};
use paperclip::{
    actix::OperationModifier,
    v2::{
        models::{DefaultOperationRaw, DefaultSchemaRaw},
        schema::Apiv2Schema,
    },
};
use service_kit::{Problem, http::body::BODY_TIMEOUT, openapi::declare};
use tokio::time::{Instant, timeout_at};

use super::unpack::Packed;
use crate::{limits::IMPORT_BODY, transfer::format::Format};

/// Whoever sends slower than this (bytes a second) is cut off: a body that dribbles as soon as any other.
const SLOWEST: usize = 64 * 1024;

/// A body that is still to be taken; nothing of it is in memory.
pub struct Upload {
    /// Its format.
    pub format: Format,
    is_gzip: bool,
    payload: Payload,
}

impl Upload {
    /// Takes it.
    ///
    /// # Errors
    /// 413 when it is larger than 16 MiB, 408 when it dribbles, 400 when the connection breaks.
    pub async fn take(mut self) -> Result<Packed, Problem> {
        let bytes = steadily(&mut self.payload).await?;
        Ok(Packed { bytes, is_gzip: self.is_gzip })
    }
}

async fn steadily(payload: &mut Payload) -> Result<Bytes, Problem> {
    let started = Instant::now();
    let mut bytes = BytesMut::new();
    loop {
        let earned = Duration::from_secs((bytes.len() / SLOWEST) as u64);
        let next = timeout_at(started + BODY_TIMEOUT + earned, payload.next()).await;
        let Some(chunk) = next.map_err(|_| Problem::timeout())? else { return Ok(bytes.freeze()) };
        let chunk = chunk.map_err(|_| Problem::bad_request("The body broke off."))?;
        if bytes.len() + chunk.len() > IMPORT_BODY {
            return Err(Problem::too_large(IMPORT_BODY));
        }
        bytes.extend_from_slice(&chunk);
    }
}

/// The format and the encoding that the headers tell.
fn described(req: &HttpRequest) -> Option<(Format, bool)> {
    let text = |name: header::HeaderName| req.headers().get(name).map(|value| value.to_str().ok());
    let mut parts = text(header::CONTENT_TYPE)??.split(';').map(str::trim);
    let format = Format::of_media_type(parts.next()?)?;
    let is_utf8 = parts.all(|parameter| match parameter.split_once('=') {
        Some((name, value)) if name.eq_ignore_ascii_case("charset") => {
            value.trim_matches('"').eq_ignore_ascii_case("utf-8")
        }
        _ => true,
    });
    let is_gzip = match text(header::CONTENT_ENCODING) {
        None => false,
        Some(encoding) => match encoding?.trim().to_ascii_lowercase().as_str() {
            "gzip" | "x-gzip" => true,
            "identity" => false,
            _ => return None,
        },
    };
    is_utf8.then_some((format, is_gzip))
}

impl FromRequest for Upload {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let described = described(req);
        let announced =
            req.headers().get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<usize>().ok());
        let payload = payload.take();
        Box::pin(async move {
            let Some((format, is_gzip)) = described else {
                return Err(Problem::not_sent_as(
                    "text/csv, application/jsonl or application/x-ndjson, in UTF-8, perhaps with Content-Encoding: gzip",
                ));
            };
            if announced.is_some_and(|length| length > IMPORT_BODY) {
                return Err(Problem::too_large(IMPORT_BODY));
            }
            Ok(Self { format, is_gzip, payload })
        })
    }
}

// Its content is described by `transfer::document`.
impl Apiv2Schema for Upload {}

impl OperationModifier for Upload {
    fn update_parameter(op: &mut DefaultOperationRaw) {
        declare::answers(op, &[400, 408, 413, 415]);
    }

    fn update_definitions(_: &mut BTreeMap<String, DefaultSchemaRaw>) {}
}
