//! How a value looks on the wire, in the words of JSON Schema: said beside the code that parses it (`Field::wire`,
//! `Param::wire`), and from there into the OpenAPI document. What is told here is what is checked there.

use serde_json::{Value, json};

/// Any text without control characters other than newline and tab.
const TEXT: &str = r"^[^\u0000-\u0008\u000B-\u001F\u007F]*$";
/// The same, and something in it is not a space.
const TEXT_THAT_SAYS_SOMETHING: &str =
    r"^[^\u0000-\u0008\u000B-\u001F\u007F]*[^\u0000-\u0020\u007F\s][^\u0000-\u0008\u000B-\u001F\u007F]*$";
/// No control characters at all, and something in it is not a space.
const LINE_THAT_SAYS_SOMETHING: &str =
    r"^[^\u0000-\u001F\u007F-\u009F]*[^\u0000-\u0020\u007F-\u009F\s][^\u0000-\u001F\u007F-\u009F]*$";

/// Text of any length.
#[must_use]
pub fn text() -> Value {
    json!({"type": "string", "pattern": TEXT})
}

/// Text of at most `most` characters.
#[must_use]
pub fn text_up_to(most: usize) -> Value {
    json!({"type": "string", "maxLength": most, "pattern": TEXT})
}

/// Text of at most `most` characters, not all of them spaces.
#[must_use]
pub fn name_up_to(most: usize) -> Value {
    json!({"type": "string", "minLength": 1, "maxLength": most, "pattern": TEXT_THAT_SAYS_SOMETHING})
}

/// The same on one line, without tabs either.
#[must_use]
pub fn line_up_to(most: usize) -> Value {
    with(name_up_to(most), json!({"pattern": LINE_THAT_SAYS_SOMETHING}))
}

/// An RFC 3339 instant with an offset.
#[must_use]
pub fn instant() -> Value {
    json!({"type": "string", "format": "date-time", "example": "2030-01-31T17:00:00+01:00"})
}

/// One of these words.
#[must_use]
pub fn one_of(words: &[&str]) -> Value {
    json!({"type": "string", "enum": words})
}

/// One or several of the words of `word`, a schema of [`one_of`], as [`super::text::between_commas`] reads them.
#[must_use]
pub fn any_of(word: &Value) -> Value {
    let words: Vec<&str> = word["enum"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let word = format!(" *({}) *", words.join("|"));
    json!({"type": "string", "pattern": format!("^{word}(,{word})*$"), "example": words.join(",")})
}

/// A whole number from `least` to `most`.
#[must_use]
pub fn whole_number(least: i64, most: i64) -> Value {
    json!({"type": "integer", "format": "int64", "minimum": least, "maximum": most})
}

/// The same schema with more keywords.
#[must_use]
pub fn with(mut schema: Value, keywords: Value) -> Value {
    lay_over(&mut schema, keywords);
    schema
}

/// Lays `keywords` over a schema (RFC 7396): objects are merged, null removes, anything else replaces.
pub fn lay_over(schema: &mut Value, keywords: Value) {
    match (schema, keywords) {
        (Value::Object(schema), Value::Object(keywords)) => {
            for (name, value) in keywords {
                if value.is_null() {
                    schema.remove(&name);
                } else {
                    lay_over(schema.entry(name).or_insert(Value::Null), value);
                }
            }
        }
        (schema, keywords) => *schema = keywords,
    }
}
