//! `/` and its files. Whatever is no file is a place inside the page, if a person asks for it; it is the page's own
//! business what it shows there.

use actix_web::{
    HttpRequest, HttpResponse, ResponseError as _,
    http::{
        Method, StatusCode,
        header::{self, HeaderValue},
    },
};
use rust_embed::RustEmbed;
use service_kit::Problem;

use super::file::{Caching, Encodings, File};

const INDEX: &str = "index.html";

/// Nothing inline, nothing from elsewhere, no frame around it.
const POLICY: &str = "default-src 'self'; style-src 'self'; img-src 'self'; object-src 'none'; base-uri 'none'; \
     form-action 'self'; frame-ancestors 'none'";

/// The built page.
#[derive(RustEmbed)]
#[folder = "web/dist/"]
struct Page;

/// Whatever no other route takes.
pub async fn serve(req: HttpRequest) -> HttpResponse {
    let Some(name) = file_of(req.path(), accepts_html(&req)) else {
        return Problem::not_found().error_response();
    };
    if req.method() != Method::GET {
        return not_allowed().await;
    }
    // Only these have names that change with their content.
    let caching = if name.starts_with("assets/") { Caching::Forever } else { Caching::Checked };
    let get = |name: &str| Page::get(name).map(|file| file.data);
    let encodings =
        Encodings { plain: get(name), gzip: get(&format!("{name}.gz")), brotli: get(&format!("{name}.br")) };
    File { name, encodings, caching }.serve(&req, POLICY)
}

/// 405, where there is something to GET.
pub async fn not_allowed() -> HttpResponse {
    Problem::from_status(StatusCode::METHOD_NOT_ALLOWED)
        .with_header(header::ALLOW, HeaderValue::from_static("GET, HEAD"))
        .error_response()
}

/// The file that a path means.
fn file_of(path: &str, accepts_html: bool) -> Option<&str> {
    let name = path.trim_matches('/');
    if name.is_empty() {
        return Some(INDEX);
    }
    if Page::get(name).is_some() {
        return Some(name);
    }
    // What has an extension is meant as a file, and `/api/` is not the page's.
    let is_place = accepts_html && name != "api" && !name.starts_with("api/") && !name.contains('.');
    is_place.then_some(INDEX)
}

fn accepts_html(req: &HttpRequest) -> bool {
    let accept = req.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|list| list.split(',').any(|item| item.trim_start().starts_with("text/html")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_inside_and_names_files_that_are_too() {
        let index = Page::get(INDEX).expect("an index");
        let text = String::from_utf8(index.data.into_owned()).expect("UTF-8");
        for part in text.split('"').filter(|part| part.starts_with("/assets/")) {
            assert!(Page::get(part.trim_start_matches('/')).is_some(), "{part}");
        }
    }

    #[test]
    fn places_are_the_page_and_files_are_files() {
        for (path, html, file) in [
            ("/", false, Some(INDEX)),
            ("/index.html", false, Some(INDEX)),
            ("/tasks/0198c5a2-7a10-7000-8000-000000000001", true, Some(INDEX)),
            ("/tasks", false, None),
            ("/assets/missing-12345678.js", true, None),
            ("/api/nothing", true, None),
            ("/api", true, None),
            ("/apiary", true, Some(INDEX)),
        ] {
            assert_eq!(file_of(path, html), file, "{path}");
        }
    }
}
