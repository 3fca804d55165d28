//! What clients send about notifications.

use chrono::{DateTime, Utc};
use paperclip::{
    actix::Apiv2Schema,
    v2::{
        models::{DataType, DataTypeFormat},
        schema::TypedData,
    },
};
use serde_json::{Value, json};
use service_kit::http::{
    Field, Fields, FromFields, FromParams, PageRequest, Param, Params, page::DEFAULT_LIMIT, wire,
};
use uuid::Uuid;

use super::{inbox::Change, kind::Kinds};

/// Which notifications a list shows. What is archived or snoozed is in no other list than its own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum InboxState {
    /// Those that are not read yet.
    #[default]
    Unread,
    /// Those that are.
    Read,
    /// Both.
    All,
    /// Those that are done with.
    Archived,
    /// Those that come back later.
    Snoozed,
}

impl Param for InboxState {
    fn from_param(text: &str) -> Result<Self, String> {
        match text {
            "unread" => Ok(Self::Unread),
            "read" => Ok(Self::Read),
            "all" => Ok(Self::All),
            "archived" => Ok(Self::Archived),
            "snoozed" => Ok(Self::Snoozed),
            _ => Err("must be unread, read, all, archived or snoozed".to_owned()),
        }
    }

    fn wire() -> Value {
        wire::with(
            wire::one_of(&["unread", "read", "all", "archived", "snoozed"]),
            json!({"default": "unread"}),
        )
    }
}

impl TypedData for InboxState {
    fn data_type() -> DataType {
        DataType::String
    }
}

/// Query of a list of notifications.
#[derive(Debug, Clone, Default, Apiv2Schema)]
pub struct ListNotificationsQuery {
    /// `unread` (if left out), `read`, `all` (both), `archived` or `snoozed`.
    pub state: Option<InboxState>,
    /// `assigned`, `re-assigned`, `unassigned`, `task_due`, `task_overdue`, `status_changed`, `webhook_disabled`, or
    /// several of them with commas between.
    pub r#type: Option<Kinds>,
    /// Id of a task: those about it.
    pub task: Option<Uuid>,
    /// Rows a page, 1 to 100; 20 if left out.
    pub limit: Option<i64>,
    /// From `next` or `previous`.
    pub cursor: Option<String>,
    /// Also count all of them.
    pub count: Option<bool>,
}

impl ListNotificationsQuery {
    /// The paging part.
    #[must_use]
    pub fn page(&self) -> PageRequest {
        PageRequest {
            limit: self.limit.unwrap_or(DEFAULT_LIMIT),
            cursor: self.cursor.clone(),
            count: self.count.unwrap_or(false),
        }
    }
}

impl FromParams for ListNotificationsQuery {
    fn from_params(params: &mut Params) -> Self {
        let page = PageRequest::from_params(params);
        Self {
            state: params.optional("state"),
            r#type: params.optional("type"),
            task: params.optional("task"),
            limit: Some(page.limit),
            cursor: page.cursor,
            count: Some(page.count),
        }
    }
}

/// Which of the unread ones become read.
#[derive(Debug, Clone, Default, Apiv2Schema)]
pub struct ReadAllNotificationsQuery {
    /// Only those of these types, with commas between.
    pub r#type: Option<Kinds>,
    /// Id of a task: only those about it.
    pub task: Option<Uuid>,
}

impl FromParams for ReadAllNotificationsQuery {
    fn from_params(params: &mut Params) -> Self {
        Self { r#type: params.optional("type"), task: params.optional("task") }
    }
}

/// Which of those in the inbox go to the archive.
#[derive(Debug, Clone, Default, Apiv2Schema)]
pub struct ArchiveAllNotificationsQuery {
    /// `unread`, `read` or `all` (if left out).
    pub state: Option<InboxState>,
    /// Only those of these types, with commas between.
    pub r#type: Option<Kinds>,
    /// Id of a task: only those about it.
    pub task: Option<Uuid>,
}

impl FromParams for ArchiveAllNotificationsQuery {
    fn from_params(params: &mut Params) -> Self {
        let state = params.optional("state");
        params.describe("state", wire::one_of(&["unread", "read", "all"]));
        if matches!(state, Some(InboxState::Archived | InboxState::Snoozed)) {
            params.fail("state", "must be unread, read or all");
        }
        Self { state, r#type: params.optional("type"), task: params.optional("task") }
    }
}

/// An instant as clients write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instant(pub DateTime<Utc>);

impl Field for Instant {
    fn from_json(value: Value) -> Result<Self, String> {
        let text = value.as_str().unwrap_or_default();
        let instant = DateTime::parse_from_rfc3339(text).ok();
        // To the second, like every time that a client sets.
        let instant = instant.and_then(|instant| DateTime::from_timestamp(instant.timestamp(), 0));
        instant.map(Self).ok_or_else(|| "must be an RFC 3339 time with an offset".to_owned())
    }

    fn wire() -> Value {
        wire::instant()
    }
}

impl TypedData for Instant {
    fn data_type() -> DataType {
        DataType::String
    }

    fn format() -> Option<DataTypeFormat> {
        Some(DataTypeFormat::DateTime)
    }
}

/// Change of a notification; what is left out stays.
#[derive(Debug, Clone, Copy, Default, Apiv2Schema)]
pub struct UpdateNotificationRequest {
    /// Whether you have read it. Reading ends a snooze.
    pub is_read: Option<bool>,
    /// Whether you are done with it: it leaves the inbox for the archive, or comes back as it was.
    pub archived: Option<bool>,
    /// Away until then, at most 366 days; then it comes back unread, at the top. Null brings it back at once.
    pub snoozed_until: Option<Option<Instant>>,
}

impl FromFields for UpdateNotificationRequest {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self {
            is_read: fields.change("is_read"),
            archived: fields.change("archived"),
            snoozed_until: fields.change_or_clear("snoozed_until"),
        })
    }
}

impl From<UpdateNotificationRequest> for Change {
    fn from(request: UpdateNotificationRequest) -> Self {
        Self {
            is_read: request.is_read,
            archived: request.archived,
            snoozed_until: request.snoozed_until.map(|until| until.map(|Instant(until)| until)),
        }
    }
}
