//! The session cookie: a page may have its refresh token kept by the browser instead of holding it. Scripts cannot read it
//! (`HttpOnly`), and no other site's page makes the browser send it (`SameSite=Strict`).
//!
//! It is good for three calls alone: login sets it, refresh and logout read it where the body has no token. Since the
//! browser adds it by itself, those calls must come from a page of ours: the browser says so, in headers that no script
//! can write (`Sec-Fetch-Site`, `Origin`). Everything else takes an access token in `Authorization`, which no browser adds
//! by itself, so there is nothing to forge.

use actix_web::{
    FromRequest, HttpRequest, HttpResponse, Responder,
    cookie::{Cookie, SameSite, time::Duration},
    dev::Payload,
    http::header::{self, HeaderName, HeaderValue},
};
use futures_util::future::{Ready, ready};
use paperclip::{
    actix::OperationModifier,
    v2::{
        models::{DefaultOperationRaw, DefaultSchemaRaw},
        schema::Apiv2Schema,
    },
};
use service_kit::{Problem, openapi::declare};

use super::refresh_token::RefreshToken;
use crate::passwords::secret::Secret;

/// By https: the prefix makes browsers insist on `Secure`, on this very host, and on the whole of it.
const SECURE_NAME: &str = "__Host-docket_session";
/// By http, on a machine of one's own.
const PLAIN_NAME: &str = "docket_session";
/// As long as a session lives.
const DAYS: i64 = 30;

/// What a request says of the cookie: the token in it, and whether a page of ours sent it.
#[derive(Clone)]
pub struct SessionCookie {
    token: Option<Secret>,
    is_secure: bool,
    is_ours: bool,
}

impl SessionCookie {
    fn of(req: &HttpRequest) -> Self {
        let connection = req.connection_info();
        let is_secure = connection.scheme() == "https";
        let own_origin = format!("{}://{}", connection.scheme(), connection.host());
        drop(connection);
        let text = |name: HeaderName| req.headers().get(name).map(HeaderValue::as_bytes);
        let is_ours = is_from_ours(
            text(HeaderName::from_static("sec-fetch-site")),
            text(header::ORIGIN),
            own_origin.as_bytes(),
        );
        let token = req.cookie(name(is_secure)).map(|cookie| Secret::new(cookie.value().to_owned()));
        Self { token, is_secure, is_ours }
    }

    /// Lets pages of ours pass.
    ///
    /// # Errors
    /// 403 for anybody else.
    pub fn require_ours(&self) -> Result<(), Problem> {
        if self.is_ours {
            return Ok(());
        }
        Err(Problem::forbidden(
            "A cookie session is for Docket's own pages: Sec-Fetch-Site or Origin must say that one of them asks.",
        ))
    }

    /// The token of the body, or else the one in the cookie; true when it was the cookie's.
    ///
    /// # Errors
    /// 403 when the cookie counts and the request does not come from a page of ours, 422 when there is no token at all.
    pub fn or_from_body(self, body: Option<Secret>) -> Result<(Secret, bool), Problem> {
        match (body, &self.token) {
            (Some(token), _) => Ok((token, false)),
            (None, Some(token)) => {
                self.require_ours()?;
                Ok((token.clone(), true))
            }
            (None, None) => Err(Problem::invalid("refresh", "is required where there is no session cookie")),
        }
    }

    /// The cookie that keeps `token`.
    #[must_use]
    pub fn keeping(&self, token: &RefreshToken) -> Cookie<'static> {
        self.cookie(token.to_wire(), Duration::days(DAYS))
    }

    /// The cookie that makes the browser forget it.
    #[must_use]
    pub fn forgetting(&self) -> Cookie<'static> {
        self.cookie(String::new(), Duration::ZERO)
    }

    fn cookie(&self, value: String, max_age: Duration) -> Cookie<'static> {
        Cookie::build(name(self.is_secure), value)
            .path("/")
            .http_only(true)
            .secure(self.is_secure)
            .same_site(SameSite::Strict)
            .max_age(max_age)
            .finish()
    }
}

fn name(is_secure: bool) -> &'static str {
    if is_secure { SECURE_NAME } else { PLAIN_NAME }
}

/// Browsers say it in `Sec-Fetch-Site`; older ones at least say their origin. Whoever says neither is none.
fn is_from_ours(site: Option<&[u8]>, origin: Option<&[u8]>, own_origin: &[u8]) -> bool {
    match (site, origin) {
        (Some(site), _) => site == b"same-origin",
        (None, Some(origin)) => origin == own_origin,
        (None, None) => false,
    }
}

impl FromRequest for SessionCookie {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(req)))
    }
}

impl Apiv2Schema for SessionCookie {}

impl OperationModifier for SessionCookie {
    fn update_parameter(op: &mut DefaultOperationRaw) {
        declare::answers(op, &[403]);
    }

    fn update_definitions(_: &mut std::collections::BTreeMap<String, DefaultSchemaRaw>) {}
}

/// A reply that may set the cookie.
pub struct WithCookie<R> {
    /// How it is answered.
    pub reply: R,
    /// What the browser is to keep or forget.
    pub cookie: Option<Cookie<'static>>,
}

impl<R: Responder> Responder for WithCookie<R> {
    type Body = R::Body;

    fn respond_to(self, req: &HttpRequest) -> HttpResponse<R::Body> {
        let mut response = self.reply.respond_to(req);
        if let Some(cookie) = &self.cookie
            && let Ok(value) = HeaderValue::from_str(&cookie.to_string())
        {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
        response
    }
}

impl<R: Apiv2Schema> Apiv2Schema for WithCookie<R> {
    fn name() -> Option<String> {
        R::name()
    }

    fn raw_schema() -> DefaultSchemaRaw {
        R::raw_schema()
    }
}

impl<R: OperationModifier> OperationModifier for WithCookie<R> {
    fn update_parameter(_: &mut DefaultOperationRaw) {}

    fn update_response(op: &mut DefaultOperationRaw) {
        R::update_response(op);
    }

    fn update_definitions(map: &mut std::collections::BTreeMap<String, DefaultSchemaRaw>) {
        R::update_definitions(map);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_page_of_ours_is_one() {
        let own = b"https://docket.example.org".as_slice();
        let ours = |site: Option<&str>, origin: Option<&str>| {
            is_from_ours(site.map(str::as_bytes), origin.map(str::as_bytes), own)
        };
        assert!(ours(Some("same-origin"), Some("https://docket.example.org")));
        assert!(ours(None, Some("https://docket.example.org")));
        for site in ["same-site", "cross-site", "none", ""] {
            assert!(!ours(Some(site), Some("https://docket.example.org")), "{site}");
        }
        for origin in ["https://evil.example.org", "http://docket.example.org", "null", ""] {
            assert!(!ours(None, Some(origin)), "{origin}");
        }
        assert!(!ours(None, None));
    }

    #[test]
    fn by_https_the_name_binds_it_to_this_host() {
        let cookie = |is_secure| SessionCookie { token: None, is_secure, is_ours: true };
        let secure = cookie(true).keeping(&RefreshToken::random()).to_string();
        for part in
            ["__Host-docket_session=", "HttpOnly", "SameSite=Strict", "Secure", "Path=/", "Max-Age=2592000"]
        {
            assert!(secure.contains(part), "{part} in {secure}");
        }
        assert!(!secure.contains("Domain"));
        let plain = cookie(false).forgetting().to_string();
        assert!(
            plain.starts_with("docket_session=;") && !plain.contains("Secure") && plain.contains("Max-Age=0")
        );
    }
}
