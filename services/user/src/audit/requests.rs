//! What is asked of the audit log.

use chrono::{DateTime, Utc};
use paperclip::{
    actix::Apiv2Schema,
    v2::{models::DataType, schema::TypedData},
};
use serde_json::{Value, json};
use service_kit::http::{FromParams, PageRequest, Param, Params, page::DEFAULT_LIMIT};
use uuid::Uuid;

use super::action::Action;
use crate::accounts::email::Email;

/// An account, by its id or by its present e-mail address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountRef {
    /// Its id; deleted accounts are found by that alone.
    Id(Uuid),
    /// Its address.
    Email(Email),
}

impl Param for AccountRef {
    fn from_param(text: &str) -> Result<Self, String> {
        if let Ok(id) = text.parse() {
            return Ok(Self::Id(id));
        }
        Email::parse(text).map(Self::Email).ok_or_else(|| "must be a user id or an e-mail address".to_owned())
    }

    fn wire() -> Value {
        let either = json!([{"type": "string", "format": "uuid"}, {"type": "string", "format": "email"}]);
        json!({"type": "string", "anyOf": either, "example": "ann@example.org"})
    }
}

impl TypedData for AccountRef {
    fn data_type() -> DataType {
        DataType::String
    }
}

/// Query of the audit log.
#[derive(Debug, Clone, Default, Apiv2Schema)]
pub struct ListAuditEntriesQuery {
    /// Who did it: a user id or a present e-mail address.
    pub actor: Option<AccountRef>,
    /// Whom it was done to: a user id or a present e-mail address.
    pub target: Option<AccountRef>,
    /// What was done, such as `login.failed`.
    pub action: Option<Action>,
    /// Not before this instant (RFC 3339).
    pub since: Option<DateTime<Utc>>,
    /// Before this instant (RFC 3339).
    pub until: Option<DateTime<Utc>>,
    /// Entries a page, 1 to 100; 20 if left out.
    pub limit: Option<i64>,
    /// From `next` or `previous`.
    pub cursor: Option<String>,
    /// Also count all of them.
    pub count: Option<bool>,
}

impl ListAuditEntriesQuery {
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

impl FromParams for ListAuditEntriesQuery {
    fn from_params(params: &mut Params) -> Self {
        let page = PageRequest::from_params(params);
        Self {
            actor: params.optional("actor"),
            target: params.optional("target"),
            action: params.optional("action"),
            since: params.optional("since"),
            until: params.optional("until"),
            limit: Some(page.limit),
            cursor: page.cursor,
            count: Some(page.count),
        }
    }
}
