//! A task's title.

use paperclip::v2::{models::DataType, schema::TypedData};
use serde_json::{Value, json};
use service_kit::http::{Field, text, wire};

/// Characters of the longest title.
const MOST: usize = 255;

/// 1 to 255 characters, without spaces around them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Title(String);

impl Title {
    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As text.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

impl Field for Title {
    fn from_json(value: Value) -> Result<Self, String> {
        let text = String::from_json(value)?;
        text::with_length(text.trim().to_owned(), 1, MOST).map(Self)
    }

    fn wire() -> Value {
        wire::with(wire::name_up_to(MOST), json!({"example": "Write the report"}))
    }
}

impl TypedData for Title {
    fn data_type() -> DataType {
        DataType::String
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn spaces_around_do_not_count_and_characters_do() {
        assert_eq!(Title::from_json(json!("  Report\t")).expect("a title").as_str(), "Report");
        let longest = "ß".repeat(255);
        assert_eq!(Title::from_json(json!(format!(" {longest} "))).expect("a title").into_string(), longest);
        for bad in [json!(""), json!(" \n"), json!("ß".repeat(256)), json!("a\u{0}b"), json!(1), json!(["a"])]
        {
            assert!(Title::from_json(bad.clone()).is_err(), "{bad}");
        }
    }
}
