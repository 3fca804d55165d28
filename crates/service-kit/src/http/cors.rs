//! Cross-origin requests: pages of exactly these origins may call the API from a browser, and no others.
//!
//! It stands in the services, inside the [`super::edge`]: a preflight is answered before any route is looked for, and
//! with a request id as everything else. The gateways pass it on. There are no cookies, so no credentials are allowed.

use std::{fmt, str::FromStr};

use actix_cors::Cors;
use actix_web::{
    http::{Method, Uri, header},
    middleware::Condition,
};

/// How long browsers may remember the answer to a preflight.
const MAX_AGE_SECONDS: usize = 3600;

/// What a page may send.
const REQUEST_HEADERS: [&str; 8] = [
    "authorization",
    "content-type",
    "idempotency-key",
    "if-match",
    "if-none-match",
    "last-event-id",
    "traceparent",
    "x-request-id",
];

/// What a page may read, beside what every page may.
const RESPONSE_HEADERS: [&str; 8] = [
    "allow",
    "content-disposition",
    "etag",
    "idempotency-replayed",
    "location",
    "retry-after",
    "www-authenticate",
    "x-request-id",
];

/// `scheme://host[:port]`, as browsers write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

impl FromStr for Origin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let fault = || format!("{text} is not an origin such as https://app.example.org");
        let uri: Uri = text.parse().map_err(|_| fault())?;
        let (Some("http" | "https"), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(fault());
        };
        // Compared letter by letter, so that only the one form can ever match.
        let exact = format!("{}://{authority}", uri.scheme_str().unwrap_or_default()).to_ascii_lowercase();
        let is_plain = exact == text && !authority.as_str().contains(['*', '@']);
        if is_plain { Ok(Self(exact)) } else { Err(fault()) }
    }
}

/// Those of a deployment, in text with commas between.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origins(pub Vec<Origin>);

impl fmt::Display for Origins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts: Vec<&str> = self.0.iter().map(|Origin(text)| text.as_str()).collect();
        f.write_str(&texts.join(","))
    }
}

impl FromStr for Origins {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.split(',')
            .filter(|part| !part.trim().is_empty())
            .map(str::parse)
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

/// The layer for these origins; none without any.
#[must_use]
pub fn layer(Origins(origins): &Origins) -> Condition<Cors> {
    let mut cors = Cors::default()
        .allowed_methods([
            Method::GET,
            Method::HEAD,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ])
        .allowed_headers(REQUEST_HEADERS)
        .expose_headers(RESPONSE_HEADERS.map(header::HeaderName::from_static))
        .max_age(MAX_AGE_SECONDS);
    for Origin(origin) in origins {
        cors = cors.allowed_origin(origin);
    }
    Condition::new(!origins.is_empty(), cors)
}

#[cfg(test)]
mod tests {
    use super::Origin;

    #[test]
    fn an_origin_is_exact() {
        for good in ["https://app.example.org", "http://127.0.0.1:3000", "http://localhost"] {
            assert!(good.parse::<Origin>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "*",
            "null",
            "app.example.org",
            "https://",
            "https://a.org/",
            "https://a.org/x",
            "https://*.a.org",
            "https://A.org",
            "ftp://a.org",
            "https://u@a.org",
            "https://a.org?x",
        ] {
            assert!(bad.parse::<Origin>().is_err(), "{bad}");
        }
    }
}
