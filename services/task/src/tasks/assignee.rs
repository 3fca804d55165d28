//! Whom a client means: by e-mail address or user id, in a body; and by `me` or `none` too, in a filter.

use directory::UserRef;
use paperclip::v2::{models::DataType, schema::TypedData};
use serde_json::{Value, json};
use service_kit::http::{Field, Param};
use uuid::Uuid;

/// An e-mail address or a user id, not looked up yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssigneeRef(pub UserRef);

impl AssigneeRef {
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(id) = text.parse::<Uuid>() {
            return Some(Self(UserRef::Id(id)));
        }
        let is_address = text.len() <= 254
            && text.split_once('@').is_some_and(|(local, domain)| {
                !local.is_empty() && !domain.is_empty() && !text.contains(char::is_whitespace)
            });
        is_address.then(|| Self(UserRef::Email(text.to_owned())))
    }
}

impl Field for AssigneeRef {
    fn from_json(value: Value) -> Result<Self, String> {
        let text = String::from_json(value)?;
        Self::parse(&text).ok_or_else(|| "must be an e-mail address or a user id".to_owned())
    }

    fn wire() -> Value {
        json!({"type": "string", "maxLength": 254, "anyOf": [{"type": "string", "format": "email"}, {"type": "string", "format": "uuid"}], "example": "ann@example.org"})
    }
}

impl TypedData for AssigneeRef {
    fn data_type() -> DataType {
        DataType::String
    }
}

/// The assignee that a list is filtered by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AssigneeFilter {
    /// The caller.
    Me,
    /// Nobody is to do it.
    Nobody,
    /// Somebody.
    User(AssigneeRef),
}

impl Param for AssigneeFilter {
    fn from_param(text: &str) -> Result<Self, String> {
        match text {
            "me" => Ok(Self::Me),
            "none" => Ok(Self::Nobody),
            _ => AssigneeRef::parse(text)
                .map(Self::User)
                .ok_or_else(|| "must be an e-mail address, a user id, me or none".to_owned()),
        }
    }

    fn wire() -> Value {
        let words = json!([{"type": "string", "format": "uuid"}, {"type": "string", "format": "email"}, {"type": "string", "enum": ["me", "none"]}]);
        json!({"type": "string", "maxLength": 254, "anyOf": words, "example": "me"})
    }
}

impl TypedData for AssigneeFilter {
    fn data_type() -> DataType {
        DataType::String
    }
}

/// The creator that a list is filtered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CreatorFilter {
    /// The caller.
    Me,
    /// The user of that id.
    User(Uuid),
}

impl Param for CreatorFilter {
    fn from_param(text: &str) -> Result<Self, String> {
        match text {
            "me" => Ok(Self::Me),
            _ => text.parse().map(Self::User).map_err(|_| "must be a user id or me".to_owned()),
        }
    }

    fn wire() -> Value {
        json!({"type": "string", "anyOf": [{"type": "string", "format": "uuid"}, {"type": "string", "enum": ["me"]}], "example": "me"})
    }
}

impl TypedData for CreatorFilter {
    fn data_type() -> DataType {
        DataType::String
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_ids_and_words_are_told_apart() {
        let id = "0190f3a0-0000-7000-8000-000000000001";
        let user = |user| AssigneeFilter::User(AssigneeRef(user));
        assert_eq!(AssigneeFilter::from_param("me"), Ok(AssigneeFilter::Me));
        assert_eq!(AssigneeFilter::from_param("none"), Ok(AssigneeFilter::Nobody));
        assert_eq!(AssigneeFilter::from_param(id), Ok(user(UserRef::Id(id.parse().expect("an id")))));
        assert_eq!(AssigneeFilter::from_param("a@x.org"), Ok(user(UserRef::Email("a@x.org".to_owned()))));
        for bad in ["", "x", "@", "a@", "@x", "a b@x.org"] {
            assert!(AssigneeFilter::from_param(bad).is_err(), "{bad}");
        }
        assert!(AssigneeRef::from_json(serde_json::json!("me")).is_err());
    }
}
