//! `/api/schema/`: the merged document. It is committed, and a test in `services/docket` holds it against the handlers
//! of all three services, which no service may know at run time.

use actix_web::{HttpRequest, HttpResponse, web::Bytes};

use crate::page::file::{Caching, Encodings, File};

const DOCUMENT: &str = include_str!("../../../../docs/openapi.json");

/// Serves it.
pub async fn serve(req: HttpRequest) -> HttpResponse {
    let plain = Some(DOCUMENT.as_bytes().into());
    let encodings = Encodings { plain, gzip: None, brotli: None };
    File { name: "openapi.json", encodings, caching: Caching::Checked }.serve(&req, super::POLICY)
}

/// The document as it was committed.
#[must_use]
pub fn document() -> Bytes {
    Bytes::from_static(DOCUMENT.as_bytes())
}
