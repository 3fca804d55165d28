//! Time zones by their IANA names.

use paperclip::v2::{models::DataType, schema::TypedData};
use serde_json::{Value, json};
use service_kit::http::Field;

/// A time zone that exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timezone(chrono_tz::Tz);

impl Timezone {
    /// `UTC`.
    pub const UTC: Self = Self(chrono_tz::UTC);

    /// Its IANA name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name()
    }
}

impl Field for Timezone {
    fn from_json(value: Value) -> Result<Self, String> {
        let text = value.as_str().ok_or_else(|| "must be a string".to_owned())?;
        text.parse().map(Self).map_err(|_| "must be an IANA time zone such as Europe/Berlin".to_owned())
    }

    fn wire() -> Value {
        json!({"type": "string", "format": "iana-time-zone", "example": "Europe/Berlin"})
    }
}

impl TypedData for Timezone {
    fn data_type() -> DataType {
        DataType::String
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_zones_that_exist_are_taken() {
        assert_eq!(Timezone::from_json(json!("Europe/Berlin")).map(Timezone::name), Ok("Europe/Berlin"));
        for bad in [json!("Mars/Base"), json!(""), json!("+02:00"), json!(2)] {
            assert!(Timezone::from_json(bad).is_err());
        }
    }
}
