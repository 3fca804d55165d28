//! `/api/docs/redoc/`: ReDoc.

use actix_web::{HttpRequest, HttpResponse, web::ServiceConfig};

use super::{get, serve};

/// The page and what it loads.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(get("/api/docs/redoc", page))
        .service(get("/api/docs/redoc/redoc-init.js", start))
        .service(get("/api/docs/redoc/redoc.standalone.js", script));
}

async fn page(req: HttpRequest) -> HttpResponse {
    serve("redoc.html", &req)
}

async fn start(req: HttpRequest) -> HttpResponse {
    serve("redoc-init.js", &req)
}

async fn script(req: HttpRequest) -> HttpResponse {
    serve("redoc.standalone.js", &req)
}
