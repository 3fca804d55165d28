//! What holds for every body: in what we answer every property is there; what we are sent was described by its parsing.

use serde_json::{Map, Value, json};

/// In what we answer every property is always there, and an `Option` may be null. A body that [`super::declare`] wrote
/// is complete.
pub(super) fn mend(spec: &mut Value) {
    let Some(Value::Object(schemas)) = spec.pointer_mut("/components/schemas") else { return };
    name_rows(schemas);
    let views = schemas.iter_mut().filter(|(_, schema)| schema.get("additionalProperties").is_none());
    for (name, schema) in views {
        mend_object(schema, name.ends_with("Page"));
    }
}

/// paperclip writes the rows of a page out in place; they are a schema of their own, which clients want to name.
fn name_rows(schemas: &mut Map<String, Value>) {
    let mut rows = Vec::new();
    for (page, schema) in schemas.iter_mut() {
        let (Some(name), Some(items)) =
            (page.strip_suffix("Page"), schema.pointer_mut("/properties/results/items"))
        else {
            continue;
        };
        let reference = json!({"$ref": format!("#/components/schemas/{name}")});
        rows.push((name.to_owned(), std::mem::replace(items, reference)));
    }
    for (name, schema) in rows {
        schemas.entry(name).or_insert(schema);
    }
}

fn mend_object(schema: &mut Value, is_page: bool) {
    let required: Vec<String> = schema["required"]
        .as_array()
        .map(|names| names.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect())
        .unwrap_or_default();
    let Some(Value::Object(properties)) = schema.get_mut("properties") else { return };
    let mut all = Vec::new();
    for (property, shape) in properties.iter_mut() {
        let asked_for = is_page && property == "count";
        if !asked_for {
            all.push(property.clone());
        }
        // Objects inside are written out in place, alone or in lists.
        let mut inner = &mut *shape;
        while inner.get("items").is_some() {
            inner = &mut inner["items"];
        }
        if inner.get("properties").is_some() {
            mend_object(inner, false);
        }
        if !required.contains(property) && !asked_for {
            make_nullable(shape);
        }
    }
    schema["required"] = json!(all);
}

fn make_nullable(shape: &mut Value) {
    if let Some(reference) = shape.get("$ref").cloned() {
        *shape = json!({"allOf": [{"$ref": reference}]});
    }
    shape["nullable"] = json!(true);
}

/// An enumeration without null allows no null, whatever `nullable` says (OpenAPI 3.0.3, data types): where null may be,
/// it is one of the words.
pub(super) fn name_null(value: &mut Value) {
    if value.get("nullable").is_some_and(|nullable| *nullable == true)
        && let Some(words) = value.get_mut("enum").and_then(Value::as_array_mut)
        && !words.contains(&Value::Null)
    {
        words.push(Value::Null);
    }
    match value {
        Value::Object(object) => object.values_mut().for_each(name_null),
        Value::Array(items) => items.iter_mut().for_each(name_null),
        _ => {}
    }
}
