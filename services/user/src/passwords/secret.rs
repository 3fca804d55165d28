//! A secret that a client sent: a password or a token. It never prints.

use std::fmt;

use paperclip::v2::{models::DataType, schema::TypedData};
use serde_json::{Value, json};
use service_kit::http::Field;

/// Text that must not be logged. Any JSON string is one; rules are for new passwords alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret that came from elsewhere than a request.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The secret itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

impl Field for Secret {
    fn from_json(value: Value) -> Result<Self, String> {
        match value {
            Value::String(text) => Ok(Self(text)),
            _ => Err("must be a string".to_owned()),
        }
    }

    fn wire() -> Value {
        json!({"type": "string", "format": "password"})
    }
}

impl TypedData for Secret {
    fn data_type() -> DataType {
        DataType::String
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_print() {
        assert!(!format!("{:?}", Secret::new("open sesame".to_owned())).contains("sesame"));
    }
}
