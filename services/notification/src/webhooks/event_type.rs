//! Pure: what a webhook can be told of, and whom it may be told.

use std::{fmt, str::FromStr};

use events::RoutingKey;
use paperclip::v2::{models::DataType, schema::TypedData};
use serde_json::{Value, json};
use service_kit::http::Field;

use super::model::Scope;
use crate::notifications::kind::Kind;

/// The type of a webhook's event: words with full stops between, as the specification wants them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventType {
    /// `notification.task_due`: its owner was told something.
    Notification(Kind),
    /// `task.created`: an event of a task or a user.
    Event(RoutingKey),
    /// `webhook.test`: its owner wants to see whether it works.
    Test,
}

const TEST: &str = "webhook.test";

impl EventType {
    /// Every type that a webhook of that scope can be told of, but for the test.
    pub fn of(scope: Scope) -> Vec<Self> {
        match scope {
            Scope::Own => Kind::ALL.map(Self::Notification).to_vec(),
            Scope::All => RoutingKey::ALL.map(Self::Event).to_vec(),
        }
    }

    /// Whether a webhook of that scope can be told of it.
    #[must_use]
    pub fn is_of(self, scope: Scope) -> bool {
        match self {
            Self::Notification(_) => scope == Scope::Own,
            Self::Event(_) => scope == Scope::All,
            Self::Test => false,
        }
    }
}

impl fmt::Display for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // The specification has no dashes: `re-assigned` is `notification.re_assigned`.
            Self::Notification(kind) => write!(f, "notification.{}", kind.as_str().replace('-', "_")),
            Self::Event(key) => f.write_str(key.as_str()),
            Self::Test => f.write_str(TEST),
        }
    }
}

impl FromStr for EventType {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let notifications = Kind::ALL.into_iter().map(Self::Notification);
        notifications
            .chain(RoutingKey::ALL.into_iter().map(Self::Event))
            .find(|one| one.to_string() == text)
            .ok_or_else(|| "is not a type of event; the description lists them".to_owned())
    }
}

impl Field for EventType {
    fn from_json(value: Value) -> Result<Self, String> {
        String::from_json(value)?.parse()
    }

    fn wire() -> Value {
        let types = Self::of(Scope::Own).into_iter().chain(Self::of(Scope::All));
        json!({"type": "string", "enum": types.map(|one| one.to_string()).collect::<Vec<_>>()})
    }
}

impl TypedData for EventType {
    fn data_type() -> DataType {
        DataType::String
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_survives_its_text_and_belongs_to_one_scope() {
        for (scope, other) in [(Scope::Own, Scope::All), (Scope::All, Scope::Own)] {
            for one in EventType::of(scope) {
                let text = one.to_string();
                assert_eq!(text.parse(), Ok(one));
                assert!(
                    text.bytes().all(|byte| byte.is_ascii_lowercase() || b"._".contains(&byte)),
                    "{text}"
                );
                assert!(one.is_of(scope) && !one.is_of(other), "{text}");
            }
        }
        assert!(TEST.parse::<EventType>().is_err());
    }
}
