//! What extractors and replies say about themselves: they add their part to the operation they stand in.
//!
//! paperclip keeps only the keywords that OpenAPI 2 has. So a schema of ours travels through its translation as the one
//! word of an enumeration, and [`unpack`] puts it in place afterwards.

use std::collections::BTreeMap;

use paperclip::v2::models::{
    DataType, DefaultOperationRaw, DefaultParameterRaw, DefaultSchemaRaw, Either, Parameter, ParameterIn,
    Response,
};
use serde_json::{Value, json};

use crate::http::{params::Told, wire::lay_over};

/// How the word begins that carries a schema.
const PARCEL: &str = "schema:";

/// The operation may answer with these errors.
pub fn answers(op: &mut DefaultOperationRaw, statuses: &[u16]) {
    for status in statuses {
        op.responses.entry(status.to_string()).or_insert_with(|| Either::Right(Response::default()));
    }
}

/// An optional request header, a text.
#[must_use]
pub fn header(name: &str, description: &str) -> DefaultParameterRaw {
    Parameter {
        name: name.to_owned(),
        description: Some(description.to_owned()),
        in_: ParameterIn::Header,
        data_type: Some(DataType::String),
        required: false,
        ..Default::default()
    }
}

/// The query parameters: what they mean from the type's own schema, what they may be from its parsing.
pub(crate) fn query(op: &mut DefaultOperationRaw, own: &DefaultSchemaRaw, told: Vec<Told>) {
    for Told { name, required, wire } in told {
        let property = own.properties.get(name);
        let mut schema = property.map(|property| plain(property)).unwrap_or_else(|| json!({}));
        if let Some(schema) = schema.as_object_mut() {
            schema.remove("description");
        }
        lay_over(&mut schema, wire);
        op.parameters.push(Either::Right(Parameter {
            name: name.to_owned(),
            description: property.and_then(|property| property.description.clone()),
            in_: ParameterIn::Query,
            data_type: Some(DataType::String),
            required,
            enum_: vec![pack(&schema)],
            ..Default::default()
        }));
    }
}

/// The request body: what its fields mean from the type's own schema, what they may be from its parsing.
pub(crate) fn body(
    definitions: &mut BTreeMap<String, DefaultSchemaRaw>,
    name: Option<String>,
    own: &DefaultSchemaRaw,
    wire: Value,
) {
    let Some(name) = name else { return };
    let mut schema = plain(own);
    if let Some(schema) = schema.as_object_mut() {
        schema.remove("required");
    }
    lay_over(&mut schema, wire);
    let parcel = DefaultSchemaRaw {
        name: Some(name.clone()),
        data_type: Some(DataType::String),
        enum_: vec![pack(&schema)],
        ..Default::default()
    };
    definitions.insert(name, parcel);
}

/// A schema of paperclip's with everything in place, without references.
fn plain(own: &DefaultSchemaRaw) -> Value {
    let mut own = own.clone();
    own.remove_refs();
    let mut schema = serde_json::to_value(own).unwrap_or_default();
    without_bounds_of_floats(&mut schema);
    schema
}

/// paperclip tells bounds as 32-bit floats, which are not those of the integers.
fn without_bounds_of_floats(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            for bound in ["minimum", "maximum"] {
                if object.get(bound).is_some_and(Value::is_f64) {
                    object.remove(bound);
                }
            }
            object.values_mut().for_each(without_bounds_of_floats);
        }
        Value::Array(items) => items.iter_mut().for_each(without_bounds_of_floats),
        _ => {}
    }
}

fn pack(schema: &Value) -> Value {
    json!(format!("{PARCEL}{schema}"))
}

/// Puts every schema that was packed in its place.
pub(super) fn unpack(value: &mut Value) {
    if let Some(schema) = value["enum"][0].as_str().and_then(|word| word.strip_prefix(PARCEL)) {
        *value = serde_json::from_str(schema).unwrap_or_default();
    }
    match value {
        Value::Object(object) => object.values_mut().for_each(unpack),
        Value::Array(items) => items.iter_mut().for_each(unpack),
        _ => {}
    }
}
