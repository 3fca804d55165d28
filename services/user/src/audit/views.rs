//! How administrators see the audit log.

use chrono::{DateTime, Utc};
use paperclip::{
    actix::Apiv2Schema,
    v2::{models::DataType, schema::TypedData},
};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::record::Entry;

/// More about an entry, by its action.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct Details(Value);

impl TypedData for Details {
    fn data_type() -> DataType {
        DataType::Object
    }
}

/// Something that was done to an account.
#[derive(Debug, Clone, Serialize, Apiv2Schema)]
pub struct AuditEntryView {
    /// Id.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// What was done: one of the names that the list can be filtered by.
    pub action: String,
    /// E-mail address, at that time, of who did it; null for the system itself and for who did not get in.
    pub actor: Option<String>,
    /// Their user id.
    pub actor_id: Option<Uuid>,
    /// E-mail address, at that time, of the account that it was done to; null where there is no such account.
    pub target: Option<String>,
    /// Its id.
    pub target_id: Option<Uuid>,
    /// Address of the client; null at the command line.
    pub client_address: Option<String>,
    /// What the client's program calls itself.
    pub user_agent: Option<String>,
    /// `X-Request-Id` of the request.
    pub request_id: Option<String>,
    /// More, by action: `from` and `to`, `reason`, `session`, `sessions`.
    pub details: Details,
}

impl From<Entry> for AuditEntryView {
    fn from(entry: Entry) -> Self {
        Self {
            id: entry.id,
            at: entry.at,
            action: entry.action,
            actor: entry.actor_email,
            actor_id: entry.actor_id,
            target: entry.target_email,
            target_id: entry.target_id,
            client_address: entry.client_address,
            user_agent: entry.user_agent,
            request_id: entry.request_id,
            details: Details(entry.details),
        }
    }
}
