//! What clients send in bulk. An operation that is not acceptable is a fault of its own, not of the whole call: each is
//! read by itself.

use paperclip::{
    actix::Apiv2Schema,
    v2::{models::DataType, schema::TypedData},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use service_kit::http::{Errors, Field, Fields, FromFields};
use uuid::Uuid;

use crate::{
    limits,
    tasks::{proposal::ProposedChange, requests::CreateTaskRequest},
};

/// Most operations of a call.
pub const MAX_OPERATIONS: usize = 1000;

/// Whether one operation that fails stops the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Apiv2Schema)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// All or nothing.
    #[default]
    Atomic,
    /// Each by itself.
    Independent,
}

impl Field for Mode {
    fn from_json(value: Value) -> Result<Self, String> {
        match value.as_str() {
            Some("atomic") => Ok(Self::Atomic),
            Some("independent") => Ok(Self::Independent),
            _ => Err("must be atomic or independent".to_owned()),
        }
    }
}

/// Operations on tasks, done in their order in one transaction.
#[derive(Debug, Clone, Apiv2Schema)]
pub struct BulkTasksRequest {
    /// `atomic` (if left out): all or nothing. `independent`: each by itself.
    pub mode: Option<Mode>,
    /// 1 to 1,000 of them.
    pub operations: Operations,
}

impl FromFields for BulkTasksRequest {
    const BODY_LIMIT: usize = limits::BULK_BODY;

    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let (mode, operations) = (fields.optional("mode"), fields.required("operations"));
        Some(Self { mode, operations: operations? })
    }
}

/// The operations, each as far as it was understood.
#[derive(Debug, Clone)]
pub struct Operations(pub Vec<Result<Operation, Errors>>);

impl Field for Operations {
    fn from_json(value: Value) -> Result<Self, String> {
        let Value::Array(items) = value else { return Err("must be a list".to_owned()) };
        if items.is_empty() || items.len() > MAX_OPERATIONS {
            return Err(format!("must have 1 to {MAX_OPERATIONS} operations"));
        }
        let read = |item| match item {
            Value::Object(object) => Fields::read(object),
            _ => Err(Errors::one("op", "must stand in an object")),
        };
        Ok(Self(items.into_iter().map(read).collect()))
    }
}

impl TypedData for Operations {
    fn data_type() -> DataType {
        DataType::Array
    }
}

/// One operation.
#[derive(Debug, Clone)]
pub enum Operation {
    /// As `POST /api/tasks/`. What is wrong with the task is told to whoever may create one.
    Create(Result<Box<CreateTaskRequest>, Errors>),
    /// As `PATCH /api/tasks/{id}/`.
    Update {
        /// Task id.
        id: Uuid,
        /// The version that it must have.
        if_version: Option<i64>,
        /// The fields to change.
        changes: Box<ProposedChange>,
    },
    /// As `DELETE /api/tasks/{id}/`.
    Delete {
        /// Task id.
        id: Uuid,
        /// The version that it must have.
        if_version: Option<i64>,
    },
}

impl Operation {
    /// The task that it is about, if there is one already.
    #[must_use]
    pub fn id(&self) -> Option<Uuid> {
        match self {
            Self::Create(_) => None,
            Self::Update { id, .. } | Self::Delete { id, .. } => Some(*id),
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Op {
    Create,
    Update,
    Delete,
}

impl Field for Op {
    fn from_json(value: Value) -> Result<Self, String> {
        match value.as_str() {
            Some("create") => Ok(Self::Create),
            Some("update") => Ok(Self::Update),
            Some("delete") => Ok(Self::Delete),
            _ => Err("must be create, update or delete".to_owned()),
        }
    }
}

/// A JSON object inside a body, read by somebody else.
struct Object(Map<String, Value>);

impl Field for Object {
    fn from_json(value: Value) -> Result<Self, String> {
        match value {
            Value::Object(object) => Ok(Self(object)),
            _ => Err("must be an object".to_owned()),
        }
    }
}

impl FromFields for Operation {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        match fields.required("op")? {
            Op::Create => {
                let Object(task) = fields.required("task")?;
                Some(Self::Create(Fields::read(task).map(Box::new)))
            }
            Op::Update => {
                let (id, if_version) = (fields.required("id"), fields.optional("if_version"));
                let Object(changes) = fields.required("changes")?;
                // Nothing is wrong with it yet: its values are looked at later.
                let changes = Fields::read(changes).ok()?;
                Some(Self::Update { id: id?, if_version, changes: Box::new(changes) })
            }
            Op::Delete => {
                let (id, if_version) = (fields.required("id"), fields.optional("if_version"));
                Some(Self::Delete { id: id?, if_version })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn faults(operation: &Value) -> String {
        let Operations(read) = Operations::from_json(json!([operation])).expect("one operation");
        match read.into_iter().next() {
            Some(Err(errors)) => errors.names(),
            _ => String::new(),
        }
    }

    #[test]
    fn each_operation_has_faults_of_its_own() {
        let id = Uuid::nil();
        for (operation, names) in [
            (json!({"op": "create", "task": {"title": "T"}}), ""),
            (json!({"op": "create", "task": {"title": 5}}), ""), // told to whoever may create
            (json!({"op": "create"}), "task"),
            (json!({"op": "create", "task": {}, "id": id}), "id"),
            (json!({"op": "update", "id": id, "if_version": 3, "changes": {"title": 5}}), ""),
            (json!({"op": "update", "id": "x", "if_version": "3"}), "changes, id, if_version"),
            (json!({"op": "delete", "id": id}), ""),
            (json!({"op": "delete", "changes": {}}), "changes, id"),
            (json!({"op": "merge"}), "op"),
            (json!({}), "op"),
            (json!("create"), "op"),
        ] {
            assert_eq!(faults(&operation), names, "{operation}");
        }
    }

    #[test]
    fn there_are_one_to_a_thousand() {
        let many = |count: usize| json!(vec![json!({"op": "delete", "id": Uuid::nil()}); count]);
        for (count, fits) in [(0, false), (1, true), (1000, true), (1001, false)] {
            assert_eq!(Operations::from_json(many(count)).is_ok(), fits, "{count}");
        }
        assert!(Operations::from_json(json!({})).is_err());
        assert_eq!(Mode::from_json(json!("independent")), Ok(Mode::Independent));
        assert!(Mode::from_json(json!("Atomic")).is_err());
    }
}
