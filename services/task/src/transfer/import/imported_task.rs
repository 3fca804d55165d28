//! One task of a file: what a new task may say, and when it was created and completed elsewhere.

use chrono::{DateTime, Datelike as _, SubsecRound as _, TimeDelta, Utc};
use serde_json::Value;
use service_kit::{
    auth::Account,
    http::{Field, Fields, FromFields},
};

use crate::{
    tasks::{model::Task, requests::CreateTaskRequest, status::Status},
    transfer::format::SHOWN,
};

/// The clocks of two systems differ by less.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(5);

/// A task as a file has it.
#[derive(Debug, Clone)]
pub struct ImportedTask {
    /// As in `POST /api/tasks/`.
    pub request: CreateTaskRequest,
    created_at: Option<Instant>,
    completed_at: Option<Instant>,
}

impl ImportedTask {
    /// The new task, nobody's yet; `now` is when it came here.
    #[must_use]
    pub fn task(&self, by: &Account, now: DateTime<Utc>) -> Task {
        let task = self.request.task(by, now);
        let when = |instant: Option<Instant>| instant.map(|instant| instant.0);
        Task {
            created_at: when(self.created_at).unwrap_or(now),
            completed_at: task.completed_at.map(|_| when(self.completed_at).unwrap_or(now)),
            ..task
        }
    }
}

impl FromFields for ImportedTask {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        for name in SHOWN {
            let _: Option<PassedOver> = fields.optional(name);
        }
        let created_at = fields.optional("created_at");
        let completed_at = fields.optional("completed_at");
        let request = CreateTaskRequest::from_fields(fields);
        let is_open =
            request.as_ref().is_some_and(|task| task.status.unwrap_or_default() != Status::Completed);
        if completed_at.is_some() && is_open {
            return fields.fail("completed_at", "is for tasks whose status is completed");
        }
        Some(Self { request: request?, created_at, completed_at })
    }
}

/// An instant that has been, as precise as Postgres keeps it.
#[derive(Debug, Clone, Copy)]
struct Instant(DateTime<Utc>);

impl Field for Instant {
    fn from_json(value: Value) -> Result<Self, String> {
        let text = value.as_str().unwrap_or_default();
        let instant = DateTime::parse_from_rfc3339(text)
            .map_err(|_| "must be an RFC 3339 time with an offset".to_owned())?
            .to_utc()
            .trunc_subsecs(6);
        if instant.year() < 1970 || instant > Utc::now() + CLOCKS_DIFFER {
            return Err("must lie between 1970 and now".to_owned());
        }
        Ok(Self(instant))
    }
}

/// Anything.
struct PassedOver;

impl Field for PassedOver {
    fn from_json(_: Value) -> Result<Self, String> {
        Ok(Self)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use service_kit::{auth::Role, http::Errors};

    use super::*;
    use crate::tasks::{
        fixture::{account, task},
        views::TaskView,
    };

    fn read(fields: Value) -> Result<ImportedTask, Errors> {
        let Value::Object(object) = fields else { panic!("an object") };
        Fields::read(object)
    }

    #[test]
    fn what_an_export_says_is_taken_in_again() {
        let now = DateTime::from_timestamp_micros(1_700_000_000_123_456).expect("in range");
        let completed = DateTime::from_timestamp_micros(1_600_000_000_654_321);
        let before = Task { status: Status::Completed, completed_at: completed, version: 7, ..task() };
        let shown = serde_json::to_value(TaskView::from(before.clone())).expect("JSON");
        let after = read(shown).expect("acceptable").task(&account(5, Role::Admin), now);
        let expected = Task {
            id: after.id,
            version: 1,
            created_by: account(5, Role::Admin).id,
            updated_at: now,
            ..before
        };
        assert_eq!(after, expected);
    }

    #[test]
    fn faults_are_those_of_a_new_task_and_of_its_times() {
        let names = |fields| read(fields).expect_err("faults").names();
        assert_eq!(names(json!({"title": " ", "due_date": "soon", "owner": 1})), "due_date, owner, title");
        let completed = "2020-01-01T00:00:00Z";
        assert_eq!(names(json!({"title": "T", "completed_at": completed})), "completed_at");
        assert_eq!(names(json!({"title": "T", "created_at": "2999-01-01T00:00:00Z"})), "created_at");
        assert_eq!(names(json!({"created_at": "2020-01-01"})), "created_at, title");
        assert!(read(json!({"title": "T", "status": "completed", "completed_at": completed})).is_ok());
    }
}
