//! Display names.

use paperclip::v2::{models::DataType, schema::TypedData};
use serde_json::{Value, json};
use service_kit::http::{Field, text};

const MOST: usize = 150;
/// No control character, and something that is not a space.
const ONE_LINE: &str =
    r"^[^\u0000-\u001F\u007F-\u009F]*[^\u0000-\u0020\u007F-\u009F\s][^\u0000-\u001F\u007F-\u009F]*$";

/// 1 to 150 characters on one line, without spaces around them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Username(String);

impl Username {
    /// The name.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

impl Field for Username {
    fn from_json(value: Value) -> Result<Self, String> {
        let text = value.as_str().ok_or_else(|| "must be a string".to_owned())?.trim();
        if text.chars().any(char::is_control) {
            return Err("must not contain control characters or line breaks".to_owned());
        }
        text::with_length(text.to_owned(), 1, MOST).map(Self)
    }

    fn wire() -> Value {
        json!({"type": "string", "minLength": 1, "maxLength": MOST, "pattern": ONE_LINE, "example": "Ann Lee"})
    }
}

impl TypedData for Username {
    fn data_type() -> DataType {
        DataType::String
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_are_trimmed_and_counted_in_characters() {
        let name = |text: &str| Username::from_json(json!(text)).map(Username::into_string);
        assert_eq!(name("  Ann  "), Ok("Ann".to_owned()));
        assert!(name(&"é".repeat(150)).is_ok());
        for bad in ["", "   ", "a\nb", "a\0b", &"é".repeat(151)] {
            assert!(name(bad).is_err(), "{bad:?}");
        }
        assert!(Username::from_json(json!(3)).is_err());
    }
}
