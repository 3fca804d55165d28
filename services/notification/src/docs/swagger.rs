//! `/api/docs/swagger/`: Swagger UI.

use actix_web::{HttpRequest, HttpResponse, web::ServiceConfig};

use super::{get, serve};

/// The page and what it loads.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(get("/api/docs/swagger", page))
        .service(get("/api/docs/swagger/swagger-init.js", start))
        .service(get("/api/docs/swagger/swagger-ui-bundle.js", script))
        .service(get("/api/docs/swagger/swagger-ui.css", style));
}

async fn page(req: HttpRequest) -> HttpResponse {
    serve("swagger.html", &req)
}

async fn start(req: HttpRequest) -> HttpResponse {
    serve("swagger-init.js", &req)
}

async fn script(req: HttpRequest) -> HttpResponse {
    serve("swagger-ui-bundle.js", &req)
}

async fn style(req: HttpRequest) -> HttpResponse {
    serve("swagger-ui.css", &req)
}
