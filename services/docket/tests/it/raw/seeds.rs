//! Requests as the document tells them: every operation, with ids that there are and bodies that mostly fit.

use rand::{Rng as _, rngs::StdRng, seq::IndexedRandom as _};
use serde_json::{Map, Value, json};

use crate::{
    openapi::operations,
    world::{Person, document::merged},
};

/// What requests are made of.
pub struct Seeds {
    document: Value,
    operations: Vec<(String, String, Value)>,
    tokens: Vec<String>,
    ids: Vec<String>,
}

impl Seeds {
    /// Ids are those of what these two can see.
    pub async fn new(admin: &Person, user: &Person) -> Self {
        let document = merged();
        let mut ids = vec![user.id.clone(), uuid::Uuid::now_v7().to_string()];
        for path in ["/api/tasks/", "/api/notifications/?state=all"] {
            for person in [admin, user] {
                let rows = person.get(path).await.expect(200);
                ids.extend(rows.results().iter().filter_map(|row| row["id"].as_str().map(str::to_owned)));
            }
        }
        let tokens = [admin, user].into_iter().filter_map(|person| person.token().map(str::to_owned));
        Self { operations: operations(&document), tokens: tokens.collect(), ids, document }
    }

    /// One request, as it goes over the wire.
    pub fn one(&self, random: &mut StdRng) -> Vec<u8> {
        let (path, method, operation) = self.operations.choose(random).expect("operations");
        let id = self.ids.choose(random).expect("ids");
        let mut target = path.replace("{id}", id).replace("{secret}", &"x".repeat(43));
        let mut head = String::new();
        let mut query = Vec::new();
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap_or_default();
            if !random.random_ratio(1, 3) {
                continue;
            }
            let value = self.value(&parameter["schema"], random, 0);
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            match parameter["in"].as_str() {
                Some("query") => query.push(format!("{name}={}", text.replace(' ', "%20"))),
                Some("header") => head.push_str(&format!("{name}: {text}\r\n")),
                _ => {}
            }
        }
        if !query.is_empty() {
            target = format!("{target}?{}", query.join("&"));
        }
        if random.random_ratio(19, 20) {
            let token = self.tokens.choose(random).expect("tokens");
            head.push_str(&format!("Authorization: Bearer {token}\r\n"));
        }
        let body = self.body(operation, random, &mut head);
        let method = method.to_uppercase();
        let head =
            format!("{method} {target} HTTP/1.1\r\nHost: docket.example\r\n{head}Connection: close\r\n\r\n");
        [head.into_bytes(), body].concat()
    }

    fn body(&self, operation: &Value, random: &mut StdRng, head: &mut String) -> Vec<u8> {
        let Some(contents) = operation["requestBody"]["content"].as_object() else { return Vec::new() };
        let kinds: Vec<&String> = contents.keys().collect();
        let kind = kinds.choose(random).expect("a kind");
        let content = &contents[*kind];
        let body = match content["example"].as_str() {
            Some(text) => text.to_owned(),
            None => self.value(&content["schema"], random, 0).to_string(),
        };
        head.push_str(&format!("Content-Type: {kind}\r\nContent-Length: {}\r\n", body.len()));
        body.into_bytes()
    }

    /// Something that fits the schema, or nearly.
    fn value(&self, schema: &Value, random: &mut StdRng, depth: u8) -> Value {
        if let Some(reference) = schema["$ref"].as_str() {
            return self.value(self.document.pointer(&reference[1..]).unwrap_or(&Value::Null), random, depth);
        }
        if schema["nullable"] == true && random.random_ratio(1, 8) {
            return Value::Null;
        }
        if let Some(one) = schema["enum"].as_array().and_then(|all| all.choose(random)) {
            return one.clone();
        }
        let choices = ["oneOf", "anyOf", "allOf"].into_iter().find_map(|key| schema[key].as_array());
        if let Some(one) = choices.and_then(|all| all.choose(random))
            && depth < 6
        {
            let mut one = one.clone();
            if one["type"].is_null() && one["$ref"].is_null() {
                one["type"] = schema["type"].clone();
            }
            return self.value(&one, random, depth + 1);
        }
        match schema["type"].as_str() {
            Some("object") => self.object(schema, random, depth),
            Some("array") if depth < 6 => {
                let length = random.random_range(0..4);
                (0..length).map(|_| self.value(&schema["items"], random, depth + 1)).collect()
            }
            Some("integer" | "number") => {
                json!(schema["minimum"].as_i64().unwrap_or(0).saturating_add(random.random_range(0..30)))
            }
            Some("boolean") => json!(random.random::<bool>()),
            _ => self.text(schema, random),
        }
    }

    fn object(&self, schema: &Value, random: &mut StdRng, depth: u8) -> Value {
        let mut object = Map::new();
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let required = schema["required"].as_array().is_some_and(|all| all.contains(&json!(name)));
            if required || random.random_ratio(1, 2) {
                object.insert(name.clone(), self.value(property, random, depth + 1));
            }
        }
        Value::Object(object)
    }

    fn text(&self, schema: &Value, random: &mut StdRng) -> Value {
        if let Some(example) = schema["example"].as_str()
            && random.random_ratio(2, 3)
        {
            return json!(example);
        }
        match schema["format"].as_str() {
            Some("uuid") => json!(self.ids.choose(random)),
            Some("date-time") => json!("2030-01-31T17:00:00+01:00"),
            Some("email") => json!(format!("raw{}@example.org", random.random::<u32>())),
            _ => json!("x".repeat(random.random_range(0..40))),
        }
    }
}
