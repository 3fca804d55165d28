//! The OpenAPI 3 document: what paperclip derives from the handlers, mended where OpenAPI 3 asks for more.
//!
//! paperclip thinks in OpenAPI 2 and translates. What it cannot say is added here, from rules that hold for every
//! operation: the bearer scheme, trailing slashes, problem details on every error, nullable properties. What only one
//! schema needs (lengths, examples) stands in the service's own table and is applied by [`Document::constrain`].

use actix_web::{HttpResponse, web};
use paperclip::v2::models::{DefaultApiRaw, Info};
use serde_json::{Map, Value, json};

use crate::auth::{self, Demand};

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
        mend_paths(&mut spec);
        mend_schemas(&mut spec);
        mend_components(&mut spec);
        Self(spec)
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
        self
    }

    /// Adds keywords to query parameters by name, wherever they occur.
    #[must_use]
    pub fn constrain_parameters(mut self, table: &[(&str, Value)]) -> Self {
        let Some(paths) = self.0.get_mut("paths").and_then(Value::as_object_mut) else { return self };
        for operation in paths.values_mut().filter_map(Value::as_object_mut).flat_map(Map::values_mut) {
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
            for section in ["schemas", "responses", "securitySchemes"] {
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

/// Paths end in a slash, as the README writes them (those of files, such as `/.well-known/jwks.json`, do not); every operation tells its errors.
fn mend_paths(spec: &mut Value) {
    let Some(Value::Object(paths)) = spec.get_mut("paths") else { return };
    let mut mended = Map::new();
    for (path, mut item) in std::mem::take(paths) {
        let path = without_patterns(&path);
        if let Value::Object(operations) = &mut item {
            for (method, operation) in operations.iter_mut() {
                mend_operation(&path, method, operation);
            }
        }
        let is_file = path.rsplit('/').next().is_some_and(|last| last.contains('.'));
        let path = if path.ends_with('/') || is_file { path } else { format!("{path}/") };
        mended.insert(path, item);
    }
    *paths = mended;
}

/// `/a/{id:[0-9]+}` → `/a/{id}`.
fn without_patterns(path: &str) -> String {
    path.split('/')
        .map(|segment| match segment.split_once(':') {
            Some((name, _)) if segment.starts_with('{') => format!("{name}}}"),
            _ => segment.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("/")
}

fn mend_operation(path: &str, method: &str, operation: &mut Value) {
    let Value::Object(operation) = operation else { return };
    let tag = path.trim_start_matches("/api/").split('/').next().unwrap_or_default().to_owned();
    let tag = if path.starts_with("/.well-known") { "users".to_owned() } else { tag };
    operation.entry("tags").or_insert_with(|| json!([tag]));

    let needs_token = operation.get("security").and_then(Value::as_array).is_some_and(|schemes| {
        !schemes.is_empty() && schemes.iter().all(|scheme| scheme.get("bearer").is_some())
    });
    let may_take_token =
        operation.get("security").and_then(Value::as_array).is_some_and(|list| !list.is_empty());
    if may_take_token {
        tell_scopes(path, method, operation);
    }
    let has_body = operation.get("requestBody").is_some();
    let writes = method != "get";
    if let Some(Value::Object(body)) = operation.get_mut("requestBody") {
        body.insert("required".to_owned(), json!(true));
    }
    if let Some(Value::Array(parameters)) = operation.get_mut("parameters") {
        for parameter in parameters.iter_mut() {
            if parameter["in"] == "path" {
                parameter["schema"] = json!({"type": "string", "format": "uuid"});
                if parameter["name"].as_str().is_none_or(str::is_empty) {
                    parameter["name"] = json!("id");
                }
            }
        }
    }
    let Some(Value::Object(responses)) = operation.get_mut("responses") else { return };
    for response in responses.values_mut() {
        mend_response_headers(response);
    }
    if writes {
        // An answer to reads, which `Versioned` documents wherever it stands.
        responses.remove("304");
    }
    let mut errors = vec!["400", "500", "503"];
    if may_take_token || needs_token {
        errors.extend(["401", "403"]);
    }
    if path.contains('{') {
        errors.push("404");
    }
    if has_body {
        errors.extend(["408", "413", "415", "422", "429"]);
    }
    if writes {
        errors.extend(["409", "422"]);
        if path.contains('{') {
            errors.push("412");
        }
    }
    for status in errors {
        let problem = json!({"$ref": "#/components/responses/Problem"});
        responses.entry(status.to_owned()).or_insert(problem);
    }
}

/// OpenAPI 3.0 has no place for the scopes of a bearer token: they stand in the description, and in `x-token-scopes`,
/// which is missing where no personal access token is accepted.
fn tell_scopes(path: &str, method: &str, operation: &mut Map<String, Value>) {
    let sentence = match auth::demand(method, path) {
        Demand::Session => "A personal access token is not accepted.".to_owned(),
        Demand::Scopes(scopes) => {
            let names: Vec<String> = scopes.iter().map(ToString::to_string).collect();
            operation.insert("x-token-scopes".to_owned(), json!(names));
            match names.is_empty() {
                true => "Any personal access token will do.".to_owned(),
                false => format!("A personal access token needs `{}`.", names.join("`, `")),
            }
        }
    };
    let told = operation.get("description").and_then(Value::as_str).filter(|text| !text.is_empty());
    let text = told.map_or_else(|| sentence.clone(), |told| format!("{told}\n\n{sentence}"));
    operation.insert("description".to_owned(), json!(text));
}

/// paperclip emits a header's type as `content`; OpenAPI 3 wants `schema`.
fn mend_response_headers(response: &mut Value) {
    let Some(Value::Object(headers)) = response.get_mut("headers") else { return };
    for header in headers.values_mut() {
        let description = header.get("description").cloned().unwrap_or_default();
        *header = json!({"description": description, "schema": {"type": "string"}});
    }
}

/// In what we answer every property is always there, and an `Option` may be null; in what we are sent an `Option` may
/// be left out or be null, and nothing else than the listed properties is accepted.
fn mend_schemas(spec: &mut Value) {
    let Some(Value::Object(schemas)) = spec.pointer_mut("/components/schemas") else { return };
    name_rows(schemas);
    for (name, schema) in schemas.iter_mut() {
        mend_object(schema, name.ends_with("Request"), name.ends_with("Page"));
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

fn mend_object(schema: &mut Value, is_request: bool, is_page: bool) {
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
            mend_object(inner, is_request, false);
        }
        if !required.contains(property) && !asked_for {
            make_nullable(shape);
        }
    }
    if is_request {
        schema["additionalProperties"] = json!(false);
    } else {
        schema["required"] = json!(all);
    }
}

fn make_nullable(shape: &mut Value) {
    if let Some(reference) = shape.get("$ref").cloned() {
        *shape = json!({"allOf": [{"$ref": reference}]});
    }
    shape["nullable"] = json!(true);
}

fn mend_components(spec: &mut Value) {
    let components = &mut spec["components"];
    components["securitySchemes"] = json!({
        "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "The `access` token of login, or a personal access token (`dkt_…`)."}
    });
    extend(
        &mut components["schemas"],
        &json!({"Problem": {
            "type": "object",
            "description": "Problem details (RFC 9457).",
            "required": ["type", "title", "status", "detail", "request_id"],
            "properties": {
                "type": {"type": "string", "description": "Stable relative URI of the kind of problem.", "example": "/problems/validation"},
                "title": {"type": "string"},
                "status": {"type": "integer", "example": 422},
                "detail": {"type": "string"},
                "request_id": {"type": "string", "nullable": true},
                "errors": {
                    "type": "object",
                    "description": "Messages by field, parameter or header.",
                    "additionalProperties": {"type": "array", "items": {"type": "string"}},
                },
            },
        }}),
    );
    components["responses"] = json!({"Problem": {
        "description": "What went wrong, as problem details.",
        "headers": {
            "X-Request-Id": {"description": "Names this request in our logs.", "schema": {"type": "string"}},
        },
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }});
}
