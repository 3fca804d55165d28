//! What clients send about notifications.

use paperclip::{
    actix::Apiv2Schema,
    v2::{models::DataType, schema::TypedData},
};
use service_kit::http::{Fields, FromFields, FromParams, PageRequest, Param, Params, page::DEFAULT_LIMIT};

use super::kind::Kinds;

/// Which notifications a list shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ReadState {
    /// Those that are not read yet.
    #[default]
    Unread,
    /// Those that are.
    Read,
    /// Both.
    All,
}

impl Param for ReadState {
    fn from_param(text: &str) -> Result<Self, String> {
        match text {
            "unread" => Ok(Self::Unread),
            "read" => Ok(Self::Read),
            "all" => Ok(Self::All),
            _ => Err("must be unread, read or all".to_owned()),
        }
    }
}

impl TypedData for ReadState {
    fn data_type() -> DataType {
        DataType::String
    }
}

/// Query of the list of notifications.
#[derive(Debug, Clone, Default, Apiv2Schema)]
pub struct ListNotificationsQuery {
    /// `unread` (if left out), `read` or `all`.
    pub state: Option<ReadState>,
    /// `assigned`, `re-assigned`, `unassigned`, `task_due`, `task_overdue`, `status_changed`, or several of them with
    /// commas between.
    pub r#type: Option<Kinds>,
    /// Notifications a page, 1 to 100; 20 if left out.
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
            limit: Some(page.limit),
            cursor: page.cursor,
            count: Some(page.count),
        }
    }
}

/// Change of a notification.
#[derive(Debug, Clone, Copy, Apiv2Schema)]
pub struct UpdateNotificationRequest {
    /// Whether you have read it.
    pub is_read: bool,
}

impl FromFields for UpdateNotificationRequest {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self { is_read: fields.required("is_read")? })
    }
}
