//! A JSON object read field by field, so that *all* faults are told at once and unknown fields are named.
//!
//! The same reading, done on a blank, tells which fields there are and what they may be: [`Fields::wire`].

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::wire;

/// How a NUL that a client wrote is told. What is told may be kept (the faults of an import, the reply to an
/// `Idempotency-Key`), and Postgres keeps no NUL.
const NUL: &str = "\u{2400}";

/// Messages by field name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Errors(BTreeMap<String, Vec<String>>);

impl Errors {
    /// One message on one field.
    #[must_use]
    pub fn one(field: &str, message: impl Into<String>) -> Self {
        let mut errors = Self::default();
        errors.add(field, message);
        errors
    }

    /// Adds a message.
    pub fn add(&mut self, field: &str, message: impl Into<String>) {
        self.0.entry(field.replace('\0', NUL)).or_default().push(message.into().replace('\0', NUL));
    }

    /// True when nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The fields' names, for a sentence. A long name that a client made up is cut.
    #[must_use]
    pub fn names(&self) -> String {
        self.0.keys().take(20).map(|name| name.chars().take(64).collect()).collect::<Vec<String>>().join(", ")
    }
}

/// A type that one JSON value becomes, or says in a person's words why not.
pub trait Field: Sized {
    /// Parses the value.
    ///
    /// # Errors
    /// What is wrong with it, as a clause that follows the field's name.
    fn from_json(value: Value) -> Result<Self, String>;

    /// What [`Field::from_json`] takes, as JSON Schema; left empty, the document says what the type's own schema says.
    #[must_use]
    fn wire() -> Value {
        json!({})
    }
}

/// A request body that is read from an object's fields.
pub trait FromFields: Sized {
    /// The most bytes that such a body may have.
    const BODY_LIMIT: usize = super::body::BODY_LIMIT;

    /// Takes every field that it knows. `None` means that faults were recorded.
    fn from_fields(fields: &mut Fields) -> Option<Self>;
}

/// The fields of one object that are not read yet, and the faults found so far.
#[derive(Debug)]
pub struct Fields {
    left: Map<String, Value>,
    errors: Errors,
    /// Filled in instead when a blank is read.
    blank: Option<Blank>,
}

/// What reading a blank tells.
#[derive(Debug, Default)]
struct Blank {
    properties: Map<String, Value>,
    required: Vec<&'static str>,
}

impl Fields {
    /// Starts on an object.
    #[must_use]
    pub fn new(object: Map<String, Value>) -> Self {
        Self { left: object, errors: Errors::default(), blank: None }
    }

    /// The object that `T` is read from, as JSON Schema: its fields, which of them must be there or may be null, and
    /// nothing else.
    #[must_use]
    pub fn wire<T: FromFields>() -> Value {
        let mut fields = Self::new(Map::new());
        fields.blank = Some(Blank::default());
        let _ = T::from_fields(&mut fields);
        let Blank { properties, required } = fields.blank.unwrap_or_default();
        let mut schema = json!({"type": "object", "properties": properties, "additionalProperties": false});
        if !required.is_empty() {
            schema["required"] = json!(required);
        }
        schema
    }

    /// Reads a whole object as `T`.
    ///
    /// # Errors
    /// Every fault: missing, invalid and unknown fields.
    pub fn read<T: FromFields>(object: Map<String, Value>) -> Result<T, Errors> {
        let mut fields = Self::new(object);
        let value = T::from_fields(&mut fields);
        for name in fields.left.keys() {
            fields.errors.add(name, "is not a field that this call knows");
        }
        match value {
            Some(value) if fields.errors.is_empty() => Ok(value),
            _ => Err(fields.errors),
        }
    }

    /// A field that must be there and must not be null.
    pub fn required<T: Field>(&mut self, name: &'static str) -> Option<T> {
        self.tell::<T>(name, false);
        if let Some(blank) = &mut self.blank {
            blank.required.push(name);
        }
        match self.left.remove(name) {
            None => self.fail(name, "is required"),
            Some(Value::Null) => self.fail(name, "must not be null"),
            Some(value) => self.parse(name, value),
        }
    }

    /// A field that may be left out or be null, which mean the same.
    pub fn optional<T: Field>(&mut self, name: &'static str) -> Option<T> {
        self.tell::<T>(name, true);
        match self.left.remove(name) {
            None | Some(Value::Null) => None,
            Some(value) => self.parse(name, value),
        }
    }

    /// A field of a partial update that cannot be cleared: absent means unchanged.
    pub fn change<T: Field>(&mut self, name: &'static str) -> Option<T> {
        self.tell::<T>(name, false);
        match self.left.remove(name) {
            None => None,
            Some(Value::Null) => self.fail(name, "must not be null"),
            Some(value) => self.parse(name, value),
        }
    }

    /// A field of a partial update: absent means unchanged (`None`), null means cleared (`Some(None)`).
    pub fn change_or_clear<T: Field>(&mut self, name: &'static str) -> Option<Option<T>> {
        self.tell::<T>(name, true);
        match self.left.remove(name) {
            None => None,
            Some(Value::Null) => Some(None),
            Some(value) => self.parse(name, value).map(Some),
        }
    }

    /// Records a fault that concerns `name`.
    pub fn fail<T>(&mut self, name: &str, message: impl Into<String>) -> Option<T> {
        self.errors.add(name, message);
        None
    }

    /// All fields that were not read yet, as they came, to be read as `T` apart.
    pub fn take_rest<T: FromFields>(&mut self) -> Map<String, Value> {
        if self.blank.is_some() {
            let _ = T::from_fields(self);
        }
        std::mem::take(&mut self.left)
    }

    /// Says more about a field than its type does, where a rule is checked after it was read.
    pub fn describe(&mut self, name: &str, keywords: Value) {
        if let Some(property) = self.blank.as_mut().and_then(|blank| blank.properties.get_mut(name)) {
            wire::lay_over(property, keywords);
        }
    }

    fn tell<T: Field>(&mut self, name: &'static str, nullable: bool) {
        if let Some(blank) = &mut self.blank {
            let mut property = T::wire();
            if nullable {
                property["nullable"] = json!(true);
            }
            blank.properties.insert(name.to_owned(), property);
        }
    }

    fn parse<T: Field>(&mut self, name: &'static str, value: Value) -> Option<T> {
        match T::from_json(value) {
            Ok(value) => Some(value),
            Err(message) => self.fail(name, message),
        }
    }
}

impl Field for String {
    fn from_json(value: Value) -> Result<Self, String> {
        match value {
            Value::String(text) => super::text::without_control_characters(text),
            _ => Err("must be a string".to_owned()),
        }
    }

    fn wire() -> Value {
        wire::text()
    }
}

impl Field for bool {
    fn from_json(value: Value) -> Result<Self, String> {
        value.as_bool().ok_or_else(|| "must be true or false".to_owned())
    }
}

impl Field for i64 {
    fn from_json(value: Value) -> Result<Self, String> {
        value.as_i64().ok_or_else(|| "must be a whole number".to_owned())
    }

    fn wire() -> Value {
        wire::whole_number(Self::MIN, Self::MAX)
    }
}

impl Field for uuid::Uuid {
    fn from_json(value: Value) -> Result<Self, String> {
        value.as_str().and_then(|text| text.parse().ok()).ok_or_else(|| "must be a UUID".to_owned())
    }
}

impl<T: Field> Field for Vec<T> {
    fn from_json(value: Value) -> Result<Self, String> {
        let Value::Array(items) = value else { return Err("must be a list".to_owned()) };
        items
            .into_iter()
            .enumerate()
            .map(|(index, item)| T::from_json(item).map_err(|message| format!("[{index}] {message}")))
            .collect()
    }

    fn wire() -> Value {
        json!({"type": "array", "items": T::wire()})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    struct Person {
        name: String,
        age: Option<i64>,
        nick: Option<Option<String>>,
    }

    impl FromFields for Person {
        fn from_fields(fields: &mut Fields) -> Option<Self> {
            let name = fields.required("name");
            let age = fields.optional("age");
            let nick = fields.change_or_clear("nick");
            Some(Self { name: name?, age, nick })
        }
    }

    fn read(value: Value) -> Result<Person, Errors> {
        let Value::Object(object) = value else { panic!("an object") };
        Fields::read(object)
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let errors =
            read(serde_json::json!({"age": "old", "nick": 3, "colour": "red"})).expect_err("four faults");
        assert_eq!(errors.names(), "age, colour, name, nick");
    }

    #[test]
    fn absent_null_and_value_are_three_things() {
        let nick = |value: Value| read(value).expect("a person").nick;
        assert_eq!(nick(serde_json::json!({"name": "A"})), None);
        assert_eq!(nick(serde_json::json!({"name": "A", "nick": null})), Some(None));
        assert_eq!(nick(serde_json::json!({"name": "A", "nick": "x"})), Some(Some("x".to_owned())));
    }

    #[test]
    fn a_blank_tells_what_may_be_filled_in() {
        let wire = Fields::wire::<Person>();
        assert_eq!(wire["required"], json!(["name"]));
        assert_eq!(wire["additionalProperties"], false);
        let nullable = |name: &str| wire["properties"][name]["nullable"].clone();
        assert_eq!(
            (nullable("name"), nullable("age"), nullable("nick")),
            (Value::Null, json!(true), json!(true))
        );
        assert_eq!(wire["properties"]["age"]["type"], "integer");
    }

    #[test]
    fn control_characters_are_refused() {
        let errors = read(serde_json::json!({"name": "a\u{0}b"})).expect_err("NUL");
        assert_eq!(errors.names(), "name");
    }
}
