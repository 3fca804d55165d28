//! What clients send about personal access tokens.

use chrono::{DateTime, Utc};
use paperclip::{
    actix::Apiv2Schema,
    v2::{models::DataType, schema::TypedData},
};
use serde_json::{Value, json};
use service_kit::{
    auth::Scope,
    http::{Field, Fields, FromFields, FromParams, PageRequest, Params, page::DEFAULT_LIMIT, text, wire},
};

use crate::clock;

/// Most characters of a name.
const LONGEST_NAME: usize = 100;

/// What the owner calls a token: 1 to 100 characters on one line, without spaces around them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenName(pub String);

impl Field for TokenName {
    fn from_json(value: Value) -> Result<Self, String> {
        let name = value.as_str().ok_or_else(|| "must be a string".to_owned())?.trim();
        if name.chars().any(char::is_control) {
            return Err("must not contain control characters or line breaks".to_owned());
        }
        text::with_length(name.to_owned(), 1, LONGEST_NAME).map(Self)
    }

    fn wire() -> Value {
        wire::line_up_to(LONGEST_NAME)
    }
}

impl TypedData for TokenName {
    fn data_type() -> DataType {
        DataType::String
    }
}

/// The instant from which a token is not valid any more; in the future.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expiry(pub DateTime<Utc>);

impl Field for Expiry {
    fn from_json(value: Value) -> Result<Self, String> {
        let instant = value.as_str().and_then(|text| DateTime::parse_from_rfc3339(text).ok());
        let instant =
            instant.ok_or_else(|| "must be an instant such as 2030-01-31T17:00:00Z".to_owned())?.to_utc();
        let whole = DateTime::from_timestamp(instant.timestamp(), 0);
        match whole {
            Some(instant) if instant > clock::now() => Ok(Self(instant)),
            _ => Err("must be in the future".to_owned()),
        }
    }

    fn wire() -> Value {
        wire::instant()
    }
}

impl TypedData for Expiry {
    fn data_type() -> DataType {
        DataType::String
    }
}

/// A token to be made.
#[derive(Debug, Clone, Apiv2Schema)]
pub struct CreateTokenRequest {
    /// What you call it.
    pub name: TokenName,
    /// What it may be used for; at least one.
    pub scopes: Vec<Scope>,
    /// When it ends. Left out or null: when you revoke it.
    pub expires_at: Option<Expiry>,
}

impl FromFields for CreateTokenRequest {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let name = fields.required("name");
        let scopes: Option<Vec<Scope>> = fields.required("scopes");
        if scopes.as_ref().is_some_and(Vec::is_empty) {
            fields.fail::<()>("scopes", "must name at least one scope");
        }
        fields.describe("scopes", json!({"minItems": 1}));
        let expires_at = fields.optional("expires_at");
        let mut scopes = scopes?;
        scopes.sort_unstable();
        scopes.dedup();
        Some(Self { name: name?, scopes, expires_at })
    }
}

/// Query of the list of tokens.
#[derive(Debug, Clone, Apiv2Schema)]
pub struct ListTokensQuery {
    /// Tokens a page, 1 to 100; 20 if left out.
    pub limit: Option<i64>,
    /// From `next` or `previous`.
    pub cursor: Option<String>,
    /// Also count all of them.
    pub count: Option<bool>,
}

impl FromParams for ListTokensQuery {
    fn from_params(params: &mut Params) -> Self {
        let page = PageRequest::from_params(params);
        Self { limit: Some(page.limit), cursor: page.cursor, count: Some(page.count) }
    }
}

impl From<ListTokensQuery> for PageRequest {
    fn from(query: ListTokensQuery) -> Self {
        let ListTokensQuery { limit, cursor, count } = query;
        Self { limit: limit.unwrap_or(DEFAULT_LIMIT), cursor, count: count.unwrap_or(false) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: Value) -> Result<CreateTokenRequest, String> {
        let Value::Object(object) = value else { return Err("no object".to_owned()) };
        Fields::read(object).map_err(|errors| errors.names())
    }

    #[test]
    fn scopes_are_known_named_once_and_not_none() {
        let request = read(json!({"name": " CI ", "scopes": ["tasks:write", "tasks:read", "tasks:read"]}));
        let request = request.expect("a request");
        assert_eq!(request.name.0, "CI");
        assert_eq!(request.scopes, [Scope::TasksRead, Scope::TasksWrite]);
        for scopes in [json!([]), json!(["all"]), json!("tasks:read"), json!([1]), json!(null)] {
            assert_eq!(read(json!({"name": "CI", "scopes": scopes})).expect_err("refused"), "scopes");
        }
    }

    #[test]
    fn a_token_ends_in_the_future_and_has_a_name() {
        for bad in [json!("2020-01-01T00:00:00Z"), json!("soon"), json!(1), json!("2030-01-01")] {
            let body = json!({"name": "CI", "scopes": ["tasks:read"], "expires_at": bad});
            assert_eq!(read(body).expect_err("refused"), "expires_at");
        }
        let body = json!({"name": "CI", "scopes": ["tasks:read"], "expires_at": "2999-01-01T01:00:00+01:00"});
        let expiry = read(body).expect("a request").expires_at.expect("an expiry");
        assert_eq!(expiry.0.to_rfc3339(), "2999-01-01T00:00:00+00:00");
        for bad in ["", "  ", "a\nb", &"x".repeat(101)] {
            assert_eq!(read(json!({"name": bad, "scopes": ["tasks:read"]})).expect_err("refused"), "name");
        }
    }
}
