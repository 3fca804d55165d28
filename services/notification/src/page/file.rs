//! A file inside the binary, as an answer: in an encoding that the client takes, with a tag, and with the headers that
//! keep a page from being made to do anything else.

use std::{borrow::Cow, io::Read as _};

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderName, HeaderValue},
    web::Bytes,
};
use service_kit::http::{ETag, IfNoneMatch};

/// The bytes of a file, as far as they are there.
pub struct Encodings {
    /// As they are.
    pub plain: Option<Cow<'static, [u8]>>,
    /// In gzip.
    pub gzip: Option<Cow<'static, [u8]>>,
    /// In Brotli.
    pub brotli: Option<Cow<'static, [u8]>>,
}

/// How long a client may use what it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caching {
    /// For ever: another content has another name.
    Forever,
    /// As long as it is still the same, which is asked each time.
    Checked,
}

/// A file.
pub struct File<'a> {
    /// Its name, which tells its type.
    pub name: &'a str,
    /// Its bytes.
    pub encodings: Encodings,
    /// How long it is good.
    pub caching: Caching,
}

impl File<'_> {
    /// The answer, under a content security policy; 404 when the file is not there.
    #[must_use]
    pub fn serve(self, req: &HttpRequest, policy: &'static str) -> HttpResponse {
        let (caching, mime) = (self.caching, content_type(self.name));
        let Some((bytes, encoding)) = self.chosen(req) else { return HttpResponse::NotFound().finish() };
        let etag = ETag::new(tag(&bytes, encoding));
        let is_known = IfNoneMatch::of(req).matches(&etag);
        let mut response = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
        response
            .insert_header((header::ETAG, etag.to_string()))
            .insert_header((header::VARY, HeaderValue::from_static("Accept-Encoding")))
            .insert_header((header::CACHE_CONTROL, HeaderValue::from_static(caching.text())))
            .insert_header((header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy)))
            .insert_header((header::REFERRER_POLICY, HeaderValue::from_static("same-origin")))
            .insert_header((header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
            .insert_header((
                HeaderName::from_static("cross-origin-opener-policy"),
                HeaderValue::from_static("same-origin"),
            ));
        if is_known {
            return response.finish();
        }
        if let Some(encoding) = encoding {
            response.insert_header((header::CONTENT_ENCODING, HeaderValue::from_static(encoding)));
        }
        response.content_type(mime).body(bytes)
    }

    /// The shortest form that the client takes. What is only there compressed is inflated for whoever wants it plain.
    fn chosen(self, req: &HttpRequest) -> Option<(Bytes, Option<&'static str>)> {
        let Encodings { plain, gzip, brotli } = self.encodings;
        let wanted = req.headers().get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
        if let Some(bytes) = brotli.filter(|_| takes(wanted, "br")) {
            return Some((whole(bytes), Some("br")));
        }
        if let Some(bytes) = gzip.as_ref().filter(|_| takes(wanted, "gzip")) {
            return Some((whole(bytes.clone()), Some("gzip")));
        }
        if let Some(bytes) = plain {
            return Some((whole(bytes), None));
        }
        let mut inflated = Vec::new();
        flate2::read::GzDecoder::new(&*gzip?).read_to_end(&mut inflated).ok()?;
        Some((inflated.into(), None))
    }
}

impl Caching {
    const fn text(self) -> &'static str {
        match self {
            Self::Forever => "public, max-age=31536000, immutable",
            Self::Checked => "no-cache",
        }
    }
}

fn whole(bytes: Cow<'static, [u8]>) -> Bytes {
    match bytes {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => bytes.into(),
    }
}

/// Whether `Accept-Encoding` names an encoding, and not with a weight of zero.
fn takes(accept: Option<&str>, encoding: &str) -> bool {
    accept.unwrap_or_default().split(',').any(|item| {
        let (name, weight) = item.split_once(';').unwrap_or((item, ""));
        let refused = weight.trim().strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0_f32));
        name.trim().eq_ignore_ascii_case(encoding) && !refused
    })
}

/// FNV-1a of the bytes: it must tell versions of a file apart, and need not withstand anybody.
fn tag(bytes: &[u8], encoding: Option<&str>) -> String {
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
    });
    format!("{hash:016x}{}", encoding.unwrap_or_default())
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        "webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn request(accept: &str) -> HttpRequest {
        TestRequest::default().insert_header((header::ACCEPT_ENCODING, accept)).to_http_request()
    }

    fn file(plain: bool) -> File<'static> {
        let bytes = |bytes: &'static [u8]| Some(Cow::Borrowed(bytes));
        // gzip of "hello".
        let gzip =
            &[31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 203, 72, 205, 201, 201, 7, 0, 134, 166, 16, 54, 5, 0, 0, 0];
        let encodings =
            Encodings { plain: bytes(b"hello").filter(|_| plain), gzip: bytes(gzip), brotli: bytes(b"br") };
        File { name: "a.js", encodings, caching: Caching::Forever }
    }

    #[test]
    fn the_client_chooses_the_encoding() {
        let encoding = |accept| file(true).chosen(&request(accept)).and_then(|(_, encoding)| encoding);
        assert_eq!(encoding("gzip, deflate, br"), Some("br"));
        assert_eq!(encoding("gzip;q=0.5"), Some("gzip"));
        assert_eq!(encoding("br;q=0, gzip;q=0.0"), None);
        assert_eq!(encoding(""), None);
    }

    #[test]
    fn what_is_only_there_compressed_is_inflated_for_whoever_wants_it_plain() {
        let (bytes, encoding) = file(false).chosen(&request("identity")).expect("a file");
        assert_eq!((&bytes[..], encoding), (&b"hello"[..], None));
    }

    #[test]
    fn each_encoding_has_a_tag_of_its_own() {
        assert_ne!(tag(b"x", None), tag(b"x", Some("br")));
        assert_ne!(tag(b"x", None), tag(b"y", None));
    }
}
