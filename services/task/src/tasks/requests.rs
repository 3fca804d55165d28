//! What clients send about tasks.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use directory::Person;
use paperclip::{
    actix::Apiv2Schema,
    v2::{models::DataType, schema::TypedData},
};
use serde_json::Value;
use service_kit::{
    auth::Account,
    http::{
        Field, Fields, FromFields, FromParams, PageRequest, Param, Params, page::DEFAULT_LIMIT, text, wire,
    },
};
use uuid::Uuid;

use super::{
    assignee::{AssigneeFilter, AssigneeRef, CreatorFilter},
    changes::TaskChange,
    description::Description,
    due_date::DueDate,
    model::Task,
    ordering::Ordering,
    policy::Intent,
    priority::Priority,
    status::Status,
    title::Title,
};
use crate::limits;

/// A new task.
#[derive(Debug, Clone, Apiv2Schema)]
pub struct CreateTaskRequest {
    /// What is to be done.
    pub title: Title,
    /// In more words.
    pub description: Option<Description>,
    /// How far it is; `todo` if left out.
    pub status: Option<Status>,
    /// How urgent it is; `none` if left out.
    pub priority: Option<Priority>,
    /// An RFC 3339 time, or a date, which means the end of that day where the caller lives.
    pub due_date: Option<DueDate>,
    /// E-mail address or id of an active user.
    pub assigned_to: Option<AssigneeRef>,
}

impl FromFields for CreateTaskRequest {
    const BODY_LIMIT: usize = limits::TASK_BODY;

    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let title = fields.required("title");
        // Null is the empty text only where null is something: a task always has these three.
        let description = fields.change("description");
        let (status, priority) = (fields.change("status"), fields.change("priority"));
        let (due_date, assigned_to) = (fields.optional("due_date"), fields.optional("assigned_to"));
        Some(Self { title: title?, description, status, priority, due_date, assigned_to })
    }
}

impl CreateTaskRequest {
    /// The new task, nobody's yet.
    #[must_use]
    pub fn task(&self, by: &Account, now: DateTime<Utc>) -> Task {
        let status = self.status.unwrap_or_default();
        Task {
            id: Uuid::now_v7(),
            title: self.title.as_str().to_owned(),
            description: self.description.clone().unwrap_or_default().into_string(),
            status,
            priority: self.priority.unwrap_or_default(),
            due_date: self.due_date.map(|due| due.instant(by.timezone)),
            assignee_id: None,
            assignee_email: None,
            created_by: by.id,
            version: 1,
            created_at: now,
            updated_at: now,
            completed_at: (!status.is_open()).then_some(now),
            deleted_at: None,
        }
    }
}

/// Changes of a task; what is left out stays.
#[derive(Debug, Clone, Default, Apiv2Schema)]
pub struct UpdateTaskRequest {
    /// What is to be done.
    pub title: Option<Title>,
    /// In more words.
    pub description: Option<Description>,
    /// How far it is.
    pub status: Option<Status>,
    /// How urgent it is.
    pub priority: Option<Priority>,
    /// An RFC 3339 time, or a date, which means the end of that day where the caller lives; null clears it.
    pub due_date: Option<Option<DueDate>>,
    /// E-mail address or id of an active user; null takes it from whoever has it.
    pub assigned_to: Option<Option<AssigneeRef>>,
}

impl UpdateTaskRequest {
    /// The change, for a caller who lives in `zone`; whoever is named in it was looked up.
    #[must_use]
    pub fn change(self, intent: Intent, zone: Tz, assignee: Option<Option<Person>>) -> TaskChange {
        TaskChange {
            intent,
            title: self.title,
            description: self.description,
            status: self.status,
            priority: self.priority,
            due_date: self.due_date.map(|due| due.map(|due| due.instant(zone))),
            assignee,
        }
    }
}

impl FromFields for UpdateTaskRequest {
    const BODY_LIMIT: usize = limits::TASK_BODY;

    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self {
            title: fields.change("title"),
            description: fields.change("description"),
            status: fields.change("status"),
            priority: fields.change("priority"),
            due_date: fields.change_or_clear("due_date"),
            assigned_to: fields.change_or_clear("assigned_to"),
        })
    }
}

/// Several values of a kind, separated by commas: any of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnyOf<T>(pub Vec<T>);

impl<T: FromStr<Err = String> + PartialEq + Field> Param for AnyOf<T> {
    fn from_param(text: &str) -> Result<Self, String> {
        let mut values = Vec::new();
        for word in text::between_commas(text) {
            let value = word.parse()?;
            if !values.contains(&value) {
                values.push(value);
            }
        }
        Ok(Self(values))
    }

    fn wire() -> Value {
        wire::any_of(&T::wire())
    }
}

impl<T> TypedData for AnyOf<T> {
    fn data_type() -> DataType {
        DataType::String
    }
}

/// Query of the list of tasks.
#[derive(Debug, Clone, Default, Apiv2Schema)]
pub struct ListTasksQuery {
    /// `todo`, `in-progress`, `completed`, or several of them with commas between.
    pub status: Option<AnyOf<Status>>,
    /// `none`, `low`, `medium`, `high`, `urgent`, or several of them with commas between.
    pub priority: Option<AnyOf<Priority>>,
    /// E-mail address or user id of the assignee; `me`; or `none` for what nobody is to do.
    pub assigned_to: Option<AssigneeFilter>,
    /// User id of the creator, or `me`.
    pub created_by: Option<CreatorFilter>,
    /// Due before this time, or before this day begins where the caller lives.
    pub due_before: Option<DueDate>,
    /// Due after this time, or after this day ends where the caller lives.
    pub due_after: Option<DueDate>,
    /// `true`: open, and past the due date.
    pub overdue: Option<bool>,
    /// Words in title and description, all of them; of the last one the first three letters or more will do.
    pub q: Option<String>,
    /// `true`: what is in the trash (administrators).
    pub deleted: Option<bool>,
    /// `due_date`, `created_at`, `updated_at`, `priority`, `title`, each also with `-` for the reverse. What has no due
    /// date counts as due last. `due_date` if left out, for administrators `-created_at`.
    pub ordering: Option<Ordering>,
    /// Tasks a page, 1 to 100; 20 if left out.
    pub limit: Option<i64>,
    /// From `next` or `previous`.
    pub cursor: Option<String>,
    /// Also count all of them.
    pub count: Option<bool>,
}

impl ListTasksQuery {
    /// The page asked for.
    #[must_use]
    pub fn page(&self) -> PageRequest {
        PageRequest {
            limit: self.limit.unwrap_or(DEFAULT_LIMIT),
            cursor: self.cursor.clone(),
            count: self.count.unwrap_or(false),
        }
    }
}

impl ListTasksQuery {
    /// Reads the parameters that say which tasks; the page is left to the caller.
    #[must_use]
    pub fn filters_from_params(params: &mut Params) -> Self {
        Self {
            status: params.optional("status"),
            priority: params.optional("priority"),
            assigned_to: params.optional("assigned_to"),
            created_by: params.optional("created_by"),
            due_before: params.optional("due_before"),
            due_after: params.optional("due_after"),
            overdue: params.optional("overdue"),
            q: params.optional("q"),
            deleted: params.optional("deleted"),
            ..Self::default()
        }
    }
}

impl FromParams for ListTasksQuery {
    fn from_params(params: &mut Params) -> Self {
        let page = PageRequest::from_params(params);
        Self {
            ordering: params.optional("ordering"),
            limit: Some(page.limit),
            cursor: page.cursor,
            count: Some(page.count),
            ..Self::filters_from_params(params)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(value: &Value) -> serde_json::Map<String, Value> {
        value.as_object().expect("an object").clone()
    }

    #[test]
    fn every_bad_field_is_named() {
        let bad = json!({"title": " ", "status": "doing", "priority": 5, "due_date": "x", "assigned_to": "x", "id": 1});
        let errors = Fields::read::<CreateTaskRequest>(object(&bad)).expect_err("six faults");
        assert_eq!(errors.names(), "assigned_to, due_date, id, priority, status, title");
        let errors = Fields::read::<UpdateTaskRequest>(object(&json!({"title": null, "assignee_id": null})));
        assert_eq!(errors.expect_err("two faults").names(), "assignee_id, title");
    }

    #[test]
    fn lists_of_values_are_read_once_each() {
        let status = AnyOf::<Status>::from_param("todo, in_progress,in-progress").expect("two");
        assert_eq!(status.0, [Status::Todo, Status::InProgress]);
        assert!(AnyOf::<Status>::from_param("todo,").is_err());
        let page = Params::read::<ListTasksQuery>("ordering=-title&limit=5").expect("valid").page();
        assert_eq!((page.limit, page.count), (5, false));
        assert!(Params::read::<ListTasksQuery>("nope=1").is_err());
    }
}
