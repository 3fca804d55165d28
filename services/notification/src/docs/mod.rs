//! The API's documentation: the merged document of all three services, and two pages that show it. Everything is in the
//! binary; the pages load nothing from another host.

pub mod redoc;
pub mod schema;
pub mod swagger;

use actix_web::{HttpRequest, HttpResponse, web};
use rust_embed::RustEmbed;

use crate::page::file::{Caching, Encodings, File};

/// Swagger UI and ReDoc as `scripts/fetch-api-docs` got them, compressed, and our few lines around them.
#[derive(RustEmbed)]
#[folder = "assets/"]
struct Assets;

/// Both viewers set styles from their scripts, and Swagger UI has pictures in its style sheet.
pub(crate) const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data:; font-src 'self' data:; connect-src 'self'; worker-src blob:; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'";

/// The routes of all of it.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(get("/api/schema", schema::serve));
    swagger::routes(cfg);
    redoc::routes(cfg);
}

pub(crate) fn get<F, Args>(path: &str, handler: F) -> actix_web::Resource
where
    F: actix_web::Handler<Args>,
    Args: actix_web::FromRequest + 'static,
    F::Output: actix_web::Responder + 'static,
{
    web::resource(path)
        .route(web::get().to(handler))
        .default_service(web::to(crate::page::assets::not_allowed))
}

/// One of the embedded files: `name` as it is, or compressed as `name.gz`.
pub(crate) fn serve(name: &str, req: &HttpRequest) -> HttpResponse {
    let plain = Assets::get(name).map(|file| file.data);
    let gzip = Assets::get(&format!("{name}.gz")).map(|file| file.data);
    let file = File { name, encodings: Encodings { plain, gzip, brotli: None }, caching: Caching::Checked };
    file.serve(req, POLICY)
}
