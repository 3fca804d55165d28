//! `ValidQuery<T>`: query parameters, each known and each sent once; all faults are told together as 400.
//!
//! The same reading, done on a blank, tells the OpenAPI document which parameters there are and what they may be.

use std::collections::BTreeMap;

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use futures_util::future::{Ready, ready};
use paperclip::{
    actix::OperationModifier,
    v2::{
        models::{DefaultOperationRaw, DefaultSchemaRaw},
        schema::Apiv2Schema,
    },
};

use serde_json::{Value, json};

use super::{fields::Errors, problem::Problem, text, wire};
use crate::openapi::declare;

/// A type that one query parameter becomes, or says in a person's words why not.
pub trait Param: Sized {
    /// Parses the text.
    ///
    /// # Errors
    /// What is wrong with it, as a clause that follows the parameter's name.
    fn from_param(text: &str) -> Result<Self, String>;

    /// What [`Param::from_param`] takes, as JSON Schema; left empty, the document says what the type's own schema says.
    #[must_use]
    fn wire() -> Value {
        json!({})
    }
}

/// A query that is read parameter by parameter.
pub trait FromParams: Sized {
    /// Takes every parameter that it knows; faults are recorded in `params`.
    fn from_params(params: &mut Params) -> Self;
}

/// The parameters that are not read yet, and the faults found so far.
#[derive(Debug)]
pub struct Params {
    left: BTreeMap<String, String>,
    errors: Errors,
    /// Filled in instead when a blank is read.
    blank: Option<Vec<Told>>,
}

/// What reading a blank tells of one parameter.
#[derive(Debug)]
pub(crate) struct Told {
    /// Its name.
    pub name: &'static str,
    /// Whether it must be there.
    pub required: bool,
    /// What it may be, as JSON Schema.
    pub wire: Value,
}

impl Params {
    /// Reads a whole query string as `T`.
    ///
    /// # Errors
    /// Every fault: invalid, repeated and unknown parameters.
    pub fn read<T: FromParams>(query: &str) -> Result<T, Errors> {
        let mut params = Self::split(query);
        let value = T::from_params(&mut params);
        for name in params.left.keys() {
            params.errors.add(name, "is not a parameter that this call knows");
        }
        if params.errors.is_empty() { Ok(value) } else { Err(params.errors) }
    }

    /// The parameters that `T` is read from.
    #[must_use]
    pub(crate) fn wire<T: FromParams>() -> Vec<Told> {
        let mut params = Self::split("");
        params.blank = Some(Vec::new());
        let _ = T::from_params(&mut params);
        params.blank.unwrap_or_default()
    }

    fn split(query: &str) -> Self {
        let mut params = Self { left: BTreeMap::new(), errors: Errors::default(), blank: None };
        let pairs = serde_urlencoded_pairs(query);
        for (name, value) in pairs {
            let value = match value {
                Some(value) => value,
                None => {
                    params.errors.add(&name, "is not valid UTF-8");
                    String::new()
                }
            };
            if params.left.insert(name.clone(), value).is_some() {
                params.errors.add(&name, "is given more than once");
            }
        }
        params
    }

    /// A parameter that may be left out.
    pub fn optional<T: Param>(&mut self, name: &'static str) -> Option<T> {
        self.tell::<T>(name, false);
        let text = self.left.remove(name)?;
        self.parse(name, text)
    }

    /// A parameter that must be there.
    pub fn required<T: Param>(&mut self, name: &'static str) -> Option<T> {
        self.tell::<T>(name, true);
        let Some(text) = self.left.remove(name) else {
            self.errors.add(name, "is required");
            return None;
        };
        self.parse(name, text)
    }

    fn tell<T: Param>(&mut self, name: &'static str, required: bool) {
        if let Some(blank) = &mut self.blank {
            blank.push(Told { name, required, wire: T::wire() });
        }
    }

    fn parse<T: Param>(&mut self, name: &'static str, text: String) -> Option<T> {
        match text::without_control_characters(text).and_then(|text| T::from_param(&text)) {
            Ok(value) => Some(value),
            Err(message) => {
                self.errors.add(name, message);
                None
            }
        }
    }

    /// Says more about a parameter than its type does, where a rule is checked after it was read.
    pub fn describe(&mut self, name: &str, keywords: Value) {
        let mut told = self.blank.iter_mut().flatten();
        if let Some(told) = told.find(|told| told.name == name) {
            wire::lay_over(&mut told.wire, keywords);
        }
    }

    /// Records a fault that concerns `name`.
    pub fn fail(&mut self, name: &str, message: impl Into<String>) {
        self.errors.add(name, message);
    }
}

/// Name and value of each pair; the value is `None` when it is not UTF-8 after decoding.
fn serde_urlencoded_pairs(query: &str) -> Vec<(String, Option<String>)> {
    let decode = |part: &str| {
        let spaced = part.replace('+', " ");
        percent_encoding::percent_decode_str(&spaced).decode_utf8().ok().map(std::borrow::Cow::into_owned)
    };
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name).unwrap_or_else(|| name.to_owned()), decode(value))
        })
        .collect()
}

/// Characters of a parameter that is free text.
const LONGEST: usize = 1000;

impl Param for String {
    fn from_param(text: &str) -> Result<Self, String> {
        text::with_length(text.to_owned(), 0, LONGEST)
    }

    fn wire() -> Value {
        wire::text_up_to(LONGEST)
    }
}

impl Param for bool {
    fn from_param(text: &str) -> Result<Self, String> {
        match text {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err("must be true or false".to_owned()),
        }
    }
}

impl Param for uuid::Uuid {
    fn from_param(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| "must be a UUID".to_owned())
    }
}

impl Param for chrono::DateTime<chrono::Utc> {
    fn from_param(text: &str) -> Result<Self, String> {
        let instant = chrono::DateTime::parse_from_rfc3339(text);
        instant
            .map(Into::into)
            .map_err(|_| "must be an RFC 3339 instant such as 2030-01-31T17:00:00Z".to_owned())
    }
}

impl Param for i64 {
    fn from_param(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| "must be a whole number".to_owned())
    }

    fn wire() -> Value {
        wire::whole_number(Self::MIN, Self::MAX)
    }
}

/// A query all of whose parameters are known and acceptable.
#[derive(Debug)]
pub struct ValidQuery<T>(pub T);

impl<T: FromParams> FromRequest for ValidQuery<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Params::read(req.query_string()).map(Self).map_err(Problem::bad_query))
    }
}

impl<T: Apiv2Schema> Apiv2Schema for ValidQuery<T> {}

impl<T: Apiv2Schema + FromParams> OperationModifier for ValidQuery<T> {
    fn update_parameter(op: &mut DefaultOperationRaw) {
        declare::query(op, &T::raw_schema(), Params::wire::<T>());
        declare::answers(op, &[400]);
    }

    fn update_definitions(_: &mut BTreeMap<String, DefaultSchemaRaw>) {}
}

/// For calls that take no query parameter at all: naming one is an error there too.
#[derive(Debug)]
pub struct NoParams;

impl FromParams for NoParams {
    fn from_params(_: &mut Params) -> Self {
        Self
    }
}

impl Apiv2Schema for NoParams {}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Query {
        q: Option<String>,
        done: Option<bool>,
    }

    impl FromParams for Query {
        fn from_params(params: &mut Params) -> Self {
            Self { q: params.optional("q"), done: params.optional("done") }
        }
    }

    #[test]
    fn known_parameters_are_read_and_decoded() {
        let query: Query = Params::read("q=caf%C3%A9+au+lait&done=true").expect("valid");
        assert_eq!((query.q.as_deref(), query.done), (Some("café au lait"), Some(true)));
    }

    #[test]
    fn unknown_repeated_and_invalid_parameters_are_all_named() {
        let errors = Params::read::<Query>("q=1&q=2&done=yes&x=1&q%00=1").expect_err("faults");
        assert_eq!(errors.names(), "done, q, q\u{2400}, x");
        assert!(Params::read::<Query>("q=%ff").is_err());
    }
}
