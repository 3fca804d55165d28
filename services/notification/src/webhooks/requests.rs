//! What people send about webhooks.

use paperclip::actix::Apiv2Schema;
use serde_json::{Value, json};
use service_kit::http::{
    Field, Fields, FromFields, FromParams, PageRequest, Params, page::DEFAULT_LIMIT, text, wire,
};

use super::{
    event_type::EventType,
    model::{Scope, Switch},
    target::Target,
};
use crate::deliveries::model::Status;

/// Characters of a description.
const LONGEST_DESCRIPTION: usize = 255;
/// Types that a webhook may name; each once would be fewer.
const MOST_TYPES: usize = 100;

/// A webhook to be made.
#[derive(Debug, Clone, Apiv2Schema)]
pub struct CreateWebhookRequest {
    /// Where deliveries are sent: https, a public address, no credentials.
    pub url: Target,
    /// What it is for, in your words.
    pub description: Option<String>,
    /// `own` (if left out): what you are told; `all`: every event of tasks and users, for administrators.
    pub scope: Option<Scope>,
    /// Only these types; all of the scope if left out or empty.
    pub event_types: Option<Vec<EventType>>,
}

/// Change of a webhook.
#[derive(Debug, Clone, Apiv2Schema)]
pub struct UpdateWebhookRequest {
    /// Where deliveries are sent: https, a public address, no credentials.
    pub url: Option<Target>,
    /// What it is for, in your words.
    pub description: Option<String>,
    /// Only these types; empty for all of its scope.
    pub event_types: Option<Vec<EventType>>,
    /// `enabled` or `disabled`. What waits for a webhook that is being disabled is skipped.
    pub status: Option<Switch>,
}

struct Description(String);

impl Field for Description {
    fn from_json(value: Value) -> Result<Self, String> {
        text::with_length(String::from_json(value)?, 0, LONGEST_DESCRIPTION).map(Self)
    }

    fn wire() -> Value {
        wire::text_up_to(LONGEST_DESCRIPTION)
    }
}

struct EventTypes(Vec<EventType>);

impl Field for EventTypes {
    fn from_json(value: Value) -> Result<Self, String> {
        if value.as_array().is_some_and(|items| items.len() > MOST_TYPES) {
            return Err(format!("must have {MOST_TYPES} items at most"));
        }
        Vec::from_json(value).map(Self)
    }

    fn wire() -> Value {
        wire::with(<Vec<EventType>>::wire(), json!({"maxItems": MOST_TYPES}))
    }
}

impl FromFields for CreateWebhookRequest {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let url = fields.required("url");
        let description = fields.optional("description").map(|Description(text)| text);
        let scope = fields.optional("scope");
        let event_types = fields.optional("event_types").map(|EventTypes(types)| types);
        Some(Self { url: url?, description, scope, event_types })
    }
}

impl FromFields for UpdateWebhookRequest {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self {
            url: fields.change("url"),
            description: fields.change("description").map(|Description(text)| text),
            event_types: fields.change("event_types").map(|EventTypes(types)| types),
            status: fields.change("status"),
        })
    }
}

/// Query of the list of webhooks.
#[derive(Debug, Clone, Default, Apiv2Schema)]
pub struct ListWebhooksQuery {
    /// Webhooks a page, 1 to 100; 20 if left out.
    pub limit: Option<i64>,
    /// From `next` or `previous`.
    pub cursor: Option<String>,
    /// Also count all of them.
    pub count: Option<bool>,
}

/// Query of a webhook's deliveries.
#[derive(Debug, Clone, Default, Apiv2Schema)]
pub struct ListWebhookDeliveriesQuery {
    /// `queued`, `sent`, `failed` or `skipped`.
    pub status: Option<Status>,
    /// Deliveries a page, 1 to 100; 20 if left out.
    pub limit: Option<i64>,
    /// From `next` or `previous`.
    pub cursor: Option<String>,
    /// Also count all of them.
    pub count: Option<bool>,
}

fn page(limit: Option<i64>, cursor: Option<&String>, count: Option<bool>) -> PageRequest {
    PageRequest {
        limit: limit.unwrap_or(DEFAULT_LIMIT),
        cursor: cursor.cloned(),
        count: count.unwrap_or(false),
    }
}

impl ListWebhooksQuery {
    /// The paging part.
    #[must_use]
    pub fn page(&self) -> PageRequest {
        page(self.limit, self.cursor.as_ref(), self.count)
    }
}

impl ListWebhookDeliveriesQuery {
    /// The paging part.
    #[must_use]
    pub fn page(&self) -> PageRequest {
        page(self.limit, self.cursor.as_ref(), self.count)
    }
}

impl FromParams for ListWebhooksQuery {
    fn from_params(params: &mut Params) -> Self {
        let page = PageRequest::from_params(params);
        Self { limit: Some(page.limit), cursor: page.cursor, count: Some(page.count) }
    }
}

impl FromParams for ListWebhookDeliveriesQuery {
    fn from_params(params: &mut Params) -> Self {
        let page = PageRequest::from_params(params);
        let status = params.optional("status");
        Self { status, limit: Some(page.limit), cursor: page.cursor, count: Some(page.count) }
    }
}
