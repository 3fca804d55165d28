//! Which headers pass: end-to-end ones do, hop-by-hop ones (RFC 9110, 7.6.1) never, and what says who is calling, and
//! from where, is written here and nowhere else.

use actix_web::{HttpRequest, http::header as served};
use reqwest::header::{HOST, HeaderMap, HeaderName, HeaderValue};

const HOP_BY_HOP: [&str; 9] = [
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Headers of a request that do not pass as they came. Framing and expectations are each connection's own; the others
/// would let a client choose its address, or the host in the links it is given.
const NOT_FROM_OUTSIDE: [&str; 6] =
    ["content-length", "expect", "forwarded", "host", "x-real-ip", "x-request-id"];

/// The headers for the service.
pub fn for_service(req: &HttpRequest, request_id: &str) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(req.headers().len() + 4);
    let dropped = Dropped::new(req.headers().get_all(served::CONNECTION).map(served::HeaderValue::as_bytes));
    for (name, value) in req.headers() {
        let text = name.as_str();
        if dropped.contains(text) || NOT_FROM_OUTSIDE.contains(&text) || text.starts_with("x-forwarded-") {
            continue;
        }
        let name = HeaderName::from_bytes(text.as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(value.as_bytes())) {
            headers.append(name, value);
        }
    }
    let mut set = |name: HeaderName, value: &[u8]| {
        if let Ok(value) = HeaderValue::from_bytes(value) {
            headers.insert(name, value);
        }
    };
    // Of a request in absolute form the authority counts, not the header (RFC 9112, 3.2.2).
    let authority = req.uri().authority().map(|authority| authority.as_str().as_bytes());
    let host = req.headers().get(served::HOST).map(served::HeaderValue::as_bytes);
    if let Some(host) = authority.or(host) {
        set(HOST, host);
        set(HeaderName::from_static("x-forwarded-host"), host);
    }
    if let Some(peer) = req.peer_addr() {
        set(HeaderName::from_static("x-forwarded-for"), peer.ip().to_string().as_bytes());
    }
    set(HeaderName::from_static("x-forwarded-proto"), b"http");
    set(HeaderName::from_static("x-request-id"), request_id.as_bytes());
    headers
}

/// The headers of a service's answer that pass to the client. Its length and its request id do not: those are the
/// gateway's to say.
pub fn for_client(headers: &HeaderMap) -> impl Iterator<Item = (served::HeaderName, served::HeaderValue)> {
    let dropped = Dropped::new(headers.get_all("connection").iter().map(HeaderValue::as_bytes));
    headers.iter().filter_map(move |(name, value)| {
        let text = name.as_str();
        if dropped.contains(text) || text == "content-length" || text == "x-request-id" {
            return None;
        }
        let name = served::HeaderName::from_bytes(text.as_bytes()).ok()?;
        Some((name, served::HeaderValue::from_bytes(value.as_bytes()).ok()?))
    })
}

/// What ends at this hop: the standard names, and those that the peer's `Connection` lists.
struct Dropped(Vec<String>);

impl Dropped {
    fn new<'a>(connection: impl Iterator<Item = &'a [u8]>) -> Self {
        let lists = connection.map(String::from_utf8_lossy);
        Self(
            lists
                .flat_map(|list| {
                    list.split(',').map(|name| name.trim().to_ascii_lowercase()).collect::<Vec<_>>()
                })
                .collect(),
        )
    }

    fn contains(&self, name: &str) -> bool {
        HOP_BY_HOP.contains(&name) || self.0.iter().any(|listed| listed == name)
    }
}
