//! The OpenAPI 3 document: what paperclip derives from the handlers, mended where OpenAPI 3 asks for more.
//!
//! paperclip thinks in OpenAPI 2 and translates. What it cannot say is added: extractors and replies [`declare`] their
//! own part; [`paths`] and [`schemas`] hold the rules for every operation and every body (trailing slashes, problem
//! details on every error, nullable properties), [`responses`] the errors. What only one view needs (formats, examples)
//! stands in the service's own table and is applied by [`Document::constrain`].

pub mod declare;
mod paths;
mod responses;
mod schemas;

use actix_web::{HttpResponse, web};
use paperclip::v2::models::{DefaultApiRaw, Info};
use serde_json::{Map, Value, json};

/// A service's document.
#[derive(Debug, Clone)]
pub struct Document(Value);

/// The frame that paperclip fills in.
#[must_use]
pub fn frame(title: &str) -> DefaultApiRaw {
    DefaultApiRaw {
        info: Info {
            title: title.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            ..Info::default()
        },
        ..DefaultApiRaw::default()
    }
}

impl Document {
    /// Mends paperclip's translation.
    #[must_use]
    pub fn from_paperclip(mut spec: Value) -> Self {
        declare::unpack(&mut spec);
        paths::mend(&mut spec);
        schemas::mend(&mut spec);
        let components = &mut spec["components"];
        components["securitySchemes"] = json!({"bearer": {
            "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
            "description": "The `access` token of login, or a personal access token (`dkt_…`).",
        }});
        extend(&mut components["schemas"], &json!({"Problem": responses::problem_schema()}));
        components["responses"] = responses::components();
        components["headers"] = responses::headers();
        schemas::name_null(&mut spec);
        Self(spec)
    }

    /// Adds the errors that an operation can answer and its signature does not tell: `("login_user", &[401, 429])`.
    #[must_use]
    pub fn may_answer(mut self, table: &[(&str, &[u16])]) -> Self {
        for (id, statuses) in table {
            let Some(operation) = self.operations().find(|operation| operation["operationId"] == **id) else {
                log::error!("the OpenAPI document has no operation {id}");
                continue;
            };
            for status in *statuses {
                paths::add_error(&mut operation["responses"], &status.to_string());
            }
        }
        self
    }

    fn operations(&mut self) -> impl Iterator<Item = &mut Value> {
        let paths = self.0.get_mut("paths").and_then(Value::as_object_mut);
        paths.into_iter().flat_map(Map::values_mut).filter_map(Value::as_object_mut).flat_map(Map::values_mut)
    }

    /// Adds keywords (`maxLength`, `example`, …) to properties: `("TaskView", "title", json!({"maxLength": 255}))`.
    #[must_use]
    pub fn constrain(mut self, table: &[(&str, &str, Value)]) -> Self {
        for (schema, property, keywords) in table {
            let target = self.0.pointer_mut(&format!("/components/schemas/{schema}/properties/{property}"));
            if let (Some(Value::Object(target)), Value::Object(keywords)) = (target, keywords) {
                target.extend(keywords.clone());
            }
        }
        schemas::name_null(&mut self.0);
        self
    }

    /// Adds keywords to query parameters by name, wherever they occur.
    #[must_use]
    pub fn constrain_parameters(mut self, table: &[(&str, Value)]) -> Self {
        for operation in self.operations() {
            let Some(parameters) = operation.get_mut("parameters").and_then(Value::as_array_mut) else {
                continue;
            };
            for parameter in parameters {
                let Some((_, keywords)) = table.iter().find(|(name, _)| parameter["name"] == **name) else {
                    continue;
                };
                if let (Some(Value::Object(schema)), Value::Object(keywords)) =
                    (parameter.get_mut("schema"), keywords)
                {
                    schema.extend(keywords.clone());
                }
            }
        }
        self
    }

    /// Puts `value` at a JSON pointer whose parent is there, for what cannot be derived.
    #[must_use]
    pub fn put(mut self, pointer: &str, value: Value) -> Self {
        let (parent, name) = pointer.rsplit_once('/').unwrap_or_default();
        if let Some(Value::Object(parent)) = self.0.pointer_mut(parent) {
            parent.insert(name.replace("~1", "/").replace("~0", "~"), value);
        }
        self
    }

    /// Adds `value` to the list at a JSON pointer; makes the list where there is none.
    #[must_use]
    pub fn push(mut self, pointer: &str, value: Value) -> Self {
        match self.0.pointer_mut(pointer) {
            Some(Value::Array(list)) => list.push(value),
            _ => return self.put(pointer, json!([value])),
        }
        self
    }

    /// One document of several services.
    #[must_use]
    pub fn merge(title: &str, description: &str, parts: &[&Document]) -> Self {
        let mut whole = json!({
            "openapi": "3.0.3",
            "info": {
                "title": title, "version": env!("CARGO_PKG_VERSION"), "description": description,
                "license": {"name": "MIT", "url": "https://opensource.org/license/mit"},
            },
            "servers": [{"url": "/"}],
            "paths": {}, "components": {},
        });
        for Document(part) in parts {
            extend(&mut whole["paths"], &part["paths"]);
            for section in ["schemas", "responses", "headers", "securitySchemes"] {
                extend(&mut whole["components"][section], &part["components"][section]);
            }
        }
        Self(whole)
    }

    /// The document as JSON.
    #[must_use]
    pub fn as_json(&self) -> &Value {
        &self.0
    }
}

/// Serves the service's own document.
pub async fn serve(document: web::Data<Document>) -> HttpResponse {
    HttpResponse::Ok().json(document.as_json())
}

fn extend(target: &mut Value, source: &Value) {
    if target.is_null() {
        *target = json!({});
    }
    if let (Value::Object(target), Value::Object(source)) = (target, source) {
        target.extend(source.clone());
    }
}
