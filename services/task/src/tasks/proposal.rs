//! A change as a client asks for it: first which fields, and only for whoever may change those, with which values.

use std::collections::BTreeMap;

use paperclip::{
    actix::OperationModifier,
    v2::{
        models::{DefaultOperationRaw, DefaultSchemaRaw},
        schema::Apiv2Schema,
    },
};
use service_kit::{
    Problem,
    auth::Account,
    http::{Errors, Fields, FromFields},
};

use super::{assignee::AssigneeRef, policy, policy::Intent, requests::UpdateTaskRequest};

/// The one field that is an assignee's to change.
const STATUS: &str = "status";

/// The fields of a PATCH, a PUT, or an update in bulk.
#[derive(Debug, Clone)]
pub struct ProposedChange {
    /// What the change is about: told by the fields that are there, whatever is in them.
    pub intent: Intent,
    values: Result<UpdateTaskRequest, Errors>,
}

impl ProposedChange {
    /// The new values. Whoever will be refused beside the locked row is not told what is wrong with them.
    ///
    /// # Errors
    /// 422.
    pub fn values(&self, caller: &Account) -> Result<UpdateTaskRequest, Problem> {
        if policy::may_ask_for(caller, self.intent) {
            self.values.clone().map_err(Problem::validation)
        } else {
            Ok(UpdateTaskRequest::default())
        }
    }
}

impl ProposedChange {
    /// Whoever is to have the task, if that is asked for acceptably.
    #[must_use]
    pub fn assignee(&self) -> Option<&AssigneeRef> {
        self.values.as_ref().ok()?.assigned_to.as_ref()?.as_ref()
    }
}

impl FromFields for ProposedChange {
    const BODY_LIMIT: usize = UpdateTaskRequest::BODY_LIMIT;

    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let object = fields.take_rest::<UpdateTaskRequest>();
        let moves_only = object.keys().all(|name| name == STATUS);
        let intent = if moves_only { Intent::MoveStatus } else { Intent::Edit };
        Some(Self { intent, values: Fields::read(object) })
    }
}

// In the document it is what it holds.
impl Apiv2Schema for ProposedChange {
    fn name() -> Option<String> {
        UpdateTaskRequest::name()
    }

    fn raw_schema() -> DefaultSchemaRaw {
        UpdateTaskRequest::raw_schema()
    }
}

impl OperationModifier for ProposedChange {
    fn update_parameter(op: &mut DefaultOperationRaw) {
        paperclip::actix::web::Json::<UpdateTaskRequest>::update_parameter(op);
    }

    fn update_definitions(map: &mut BTreeMap<String, DefaultSchemaRaw>) {
        paperclip::actix::web::Json::<UpdateTaskRequest>::update_definitions(map);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use service_kit::auth::Role;

    use super::*;
    use crate::tasks::fixture::account;

    fn proposed(body: &Value) -> ProposedChange {
        Fields::read(body.as_object().expect("an object").clone()).expect("read later")
    }

    #[test]
    fn only_the_status_is_a_move_whatever_the_values() {
        for body in [json!({}), json!({"status": "completed"}), json!({"status": 5})] {
            assert_eq!(proposed(&body).intent, Intent::MoveStatus, "{body}");
        }
        for body in [json!({"title": "T"}), json!({"status": "todo", "due_date": null}), json!({"nope": 1})] {
            assert_eq!(proposed(&body).intent, Intent::Edit, "{body}");
        }
    }

    #[test]
    fn faults_are_for_those_who_may_change_the_field() {
        let (admin, user) = (account(1, Role::Admin), account(2, Role::User));
        let refused = |caller: &Account, body: Value| proposed(&body).values(caller).is_err();
        assert!(refused(&admin, json!({"title": 5})));
        assert!(!refused(&user, json!({"title": 5})));
        assert!(refused(&user, json!({"status": 5})));
    }
}
