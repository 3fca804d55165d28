//! Entity tags and conditional requests (RFC 9110, sections 8.8 and 13).

use std::fmt;

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::{Method, header},
};
use futures_util::future::{Ready, ready};
use paperclip::{
    actix::OperationModifier,
    v2::{models::Either, schema::Apiv2Schema},
};

use super::{params::Params, problem::Problem};
use crate::openapi::declare;

/// A strong entity tag, without its quotation marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ETag(String);

impl ETag {
    /// A tag of visible ASCII without quotation marks.
    #[must_use]
    pub fn new(tag: impl fmt::Display) -> Self {
        Self(tag.to_string())
    }
}

impl fmt::Display for ETag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0)
    }
}

/// A single resource that knows the tag of its present state.
pub trait Tagged {
    /// Changes whenever the representation does.
    fn etag(&self) -> ETag;
}

/// A list of tags, or `*`.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Tags {
    Any,
    List(Vec<(bool, String)>),
}

impl Tags {
    fn parse(req: &HttpRequest, name: &header::HeaderName) -> Option<Self> {
        let text = req.headers().get_all(name).filter_map(|v| v.to_str().ok()).collect::<Vec<_>>().join(",");
        if text.is_empty() {
            return None;
        }
        if text.trim() == "*" {
            return Some(Self::Any);
        }
        let tag = |part: &str| {
            let part = part.trim();
            let (weak, quoted) = part.strip_prefix("W/").map_or((false, part), |rest| (true, rest));
            let inner = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(quoted);
            (weak, inner.to_owned())
        };
        Some(Self::List(text.split(',').map(tag).collect()))
    }
}

/// Whether this deployment refuses PUT, PATCH and DELETE without `If-Match`; application data of the service.
#[derive(Debug, Clone, Copy, Default)]
pub struct RequireIfMatch(pub bool);

/// `If-Match`: the write is for exactly this state of the resource.
#[derive(Debug, Clone)]
pub struct IfMatch(Option<Tags>);

impl IfMatch {
    /// No condition.
    #[must_use]
    pub fn absent() -> Self {
        Self(None)
    }

    /// Holds the present state against the header (strong comparison).
    ///
    /// # Errors
    /// 412 when the header names other states only.
    pub fn check(&self, present: &impl Tagged) -> Result<(), Problem> {
        match &self.0 {
            None | Some(Tags::Any) => Ok(()),
            Some(Tags::List(tags)) => {
                let present = present.etag();
                let holds = tags.iter().any(|(weak, tag)| !weak && *tag == present.0);
                if holds { Ok(()) } else { Err(Problem::precondition_failed()) }
            }
        }
    }

    /// True when the header is there.
    #[must_use]
    pub fn is_present(&self) -> bool {
        self.0.is_some()
    }
}

/// `If-None-Match`: the answer may be 304 when the client has this state already.
#[derive(Debug, Clone)]
pub struct IfNoneMatch(Option<Tags>);

impl IfNoneMatch {
    /// Reads the header.
    #[must_use]
    pub fn of(req: &HttpRequest) -> Self {
        Self(Tags::parse(req, &header::IF_NONE_MATCH))
    }

    /// True when the client has `present` already (weak comparison).
    #[must_use]
    pub fn matches(&self, present: &ETag) -> bool {
        match &self.0 {
            None => false,
            Some(Tags::Any) => true,
            Some(Tags::List(tags)) => tags.iter().any(|(_, tag)| *tag == present.0),
        }
    }
}

impl FromRequest for IfMatch {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let tags = Tags::parse(req, &header::IF_MATCH);
        let is_required = req.app_data::<RequireIfMatch>().is_some_and(|require| require.0);
        // A POST does something new to the resource whatever its state: for it the condition is a choice.
        if is_required && tags.is_none() && req.method() != Method::POST {
            return ready(Err(Problem::precondition_required()));
        }
        ready(Ok(Self(tags)))
    }
}

impl Apiv2Schema for IfMatch {}

impl OperationModifier for IfMatch {
    fn update_parameter(op: &mut paperclip::v2::models::DefaultOperationRaw) {
        let text = "The ETag that was read; 412 when it is no longer the present one.";
        op.parameters.push(Either::Right(declare::header("If-Match", text)));
        declare::answers(op, &[412, 428]);
    }
}

/// Where no query parameter is known, naming one is an error.
///
/// # Errors
/// 400 naming them.
pub fn no_query(req: &HttpRequest) -> Result<(), Problem> {
    Params::read::<super::params::NoParams>(req.query_string()).map(|_| ()).map_err(Problem::bad_query)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    struct At(u32);

    impl Tagged for At {
        fn etag(&self) -> ETag {
            ETag::new(self.0)
        }
    }

    fn if_match(value: &str) -> IfMatch {
        let req = TestRequest::default().insert_header((header::IF_MATCH, value)).to_http_request();
        IfMatch(Tags::parse(&req, &header::IF_MATCH))
    }

    #[test]
    fn if_match_compares_strongly() {
        assert!(if_match("\"7\"").check(&At(7)).is_ok());
        assert!(if_match("\"6\", \"7\"").check(&At(7)).is_ok());
        assert!(if_match("*").check(&At(7)).is_ok());
        assert!(if_match("\"6\"").check(&At(7)).is_err());
        assert!(if_match("W/\"7\"").check(&At(7)).is_err());
        assert!(IfMatch::absent().check(&At(7)).is_ok());
    }

    #[test]
    fn where_it_is_required_a_write_without_it_is_428() {
        let status = |method: Method, header: Option<&str>| {
            let mut req = TestRequest::default().method(method).app_data(RequireIfMatch(true));
            if let Some(value) = header {
                req = req.insert_header((header::IF_MATCH, value));
            }
            let read = IfMatch::from_request(&req.to_http_request(), &mut Payload::None);
            read.into_inner().map(|_| 200).unwrap_or_else(|problem| problem.status().as_u16())
        };
        for method in [Method::PUT, Method::PATCH, Method::DELETE] {
            assert_eq!((status(method.clone(), None), status(method, Some("\"1\""))), (428, 200));
        }
        assert_eq!(status(Method::POST, None), 200);
    }
}
