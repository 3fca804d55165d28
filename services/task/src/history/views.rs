//! How clients see a task's history.

use chrono::{DateTime, Utc};
use paperclip::actix::Apiv2Schema;
use serde::Serialize;
use service_kit::http::{FromParams, PageRequest, Params, page::DEFAULT_LIMIT};
use uuid::Uuid;

use super::entry::{Action, Entry};

/// One field that was changed, or one event in the task's life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Apiv2Schema)]
pub struct HistoryEntryView {
    /// Id.
    pub id: Uuid,
    /// What was done.
    pub action: Action,
    /// The field that was changed; else the action again: `created`, `deleted`, `restored`.
    pub field: String,
    /// Its value before, as text.
    pub from: Option<String>,
    /// Its value after, as text.
    pub to: Option<String>,
    /// E-mail address, at that time, of whoever did it; null for the system itself.
    pub actor: Option<String>,
    /// Their user id.
    pub actor_id: Option<Uuid>,
    /// When.
    pub at: DateTime<Utc>,
    /// The task's version after the change; the fields of one change share it.
    pub version: i64,
    /// Address of the client that did it; shown to administrators alone.
    pub client_address: Option<String>,
    /// `X-Request-Id` of the request that did it; shown to administrators alone.
    pub request_id: Option<String>,
}

impl HistoryEntryView {
    /// The view for somebody; from where a change came is told `to_admin` alone.
    #[must_use]
    pub fn new(entry: Entry, to_admin: bool) -> Self {
        Self {
            id: entry.id,
            action: entry.action,
            field: entry.field.unwrap_or_else(|| entry.action.to_string()),
            from: entry.from_value,
            to: entry.to_value,
            actor: entry.actor_email,
            actor_id: entry.actor_id,
            at: entry.at,
            version: entry.version,
            client_address: entry.client_address.filter(|_| to_admin),
            request_id: entry.request_id.filter(|_| to_admin),
        }
    }
}

/// Query of a task's history.
#[derive(Debug, Clone, Default, Apiv2Schema)]
pub struct ListTaskHistoryQuery {
    /// Entries a page, 1 to 100; 20 if left out.
    pub limit: Option<i64>,
    /// From `next` or `previous`.
    pub cursor: Option<String>,
    /// Also count all of them.
    pub count: Option<bool>,
}

impl ListTaskHistoryQuery {
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

impl FromParams for ListTaskHistoryQuery {
    fn from_params(params: &mut Params) -> Self {
        let page = PageRequest::from_params(params);
        Self { limit: Some(page.limit), cursor: page.cursor, count: Some(page.count) }
    }
}
