//! A task's description.

use paperclip::v2::{models::DataType, schema::TypedData};
use serde_json::Value;
use service_kit::http::{Field, text, wire};

/// Characters of the longest description.
const MOST: usize = 20_000;

/// At most 20,000 characters, kept as they came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Description(String);

impl Description {
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

impl Field for Description {
    fn from_json(value: Value) -> Result<Self, String> {
        String::from_json(value).and_then(|text| text::with_length(text, 0, MOST)).map(Self)
    }

    fn wire() -> Value {
        wire::text_up_to(MOST)
    }
}

impl TypedData for Description {
    fn data_type() -> DataType {
        DataType::String
    }
}
