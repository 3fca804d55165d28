//! How people see webhooks and their deliveries.

use chrono::{DateTime, Utc};
use paperclip::actix::Apiv2Schema;
use serde::{Deserialize, Serialize};
use service_kit::http::{ETag, Tagged};
use uuid::Uuid;

use super::{
    model::{Reason, Scope, Switch, Webhook, WebhookDelivery},
    secret::Secret,
};
use crate::deliveries::model::Status;

/// A webhook.
#[derive(Debug, Clone, Serialize, Apiv2Schema)]
pub struct WebhookView {
    /// Id.
    pub id: Uuid,
    /// Where deliveries are sent.
    pub url: String,
    /// What it is for.
    pub description: String,
    /// `own`: what you are told; `all`: every event of tasks and users.
    pub scope: Scope,
    /// Only these types; empty: all of the scope.
    pub event_types: Vec<String>,
    /// `enabled` or `disabled`.
    pub status: Switch,
    /// Why it is disabled: `requested`, `gone` (it answered 410) or `failing` (nothing reached it for five days).
    pub disabled_reason: Option<Reason>,
    /// The first failure after the last success.
    pub failing_since: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When you last changed it.
    pub updated_at: DateTime<Utc>,
    #[serde(skip)]
    #[openapi(skip)]
    version: i64,
}

impl From<Webhook> for WebhookView {
    fn from(row: Webhook) -> Self {
        Self {
            id: row.id,
            url: row.url,
            description: row.description,
            scope: row.scope,
            event_types: row.event_types,
            status: row.status,
            disabled_reason: row.disabled_reason,
            failing_since: row.failing_since,
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: row.version,
        }
    }
}

impl Tagged for WebhookView {
    fn etag(&self) -> ETag {
        // Whether it is failing is seen too, and is no change of anybody's.
        let failing = self.failing_since.map_or(0, |since| since.timestamp_micros());
        ETag::new(format!("{}-{failing}", self.version))
    }
}

/// A webhook and its secret, which is shown this once.
#[derive(Debug, Clone, Serialize, Apiv2Schema)]
pub struct WebhookWithSecretView {
    /// Id.
    pub id: Uuid,
    /// Where deliveries are sent.
    pub url: String,
    /// What it is for.
    pub description: String,
    /// `own`: what you are told; `all`: every event of tasks and users.
    pub scope: Scope,
    /// Only these types; empty: all of the scope.
    pub event_types: Vec<String>,
    /// `enabled` or `disabled`.
    pub status: Switch,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When you last changed it.
    pub updated_at: DateTime<Utc>,
    /// What verifies its deliveries (`whsec_…`). Keep it: it is not shown again.
    pub secret: String,
    #[serde(skip)]
    #[openapi(skip)]
    tag: ETag,
}

impl WebhookWithSecretView {
    /// Of a webhook that was just made or rotated.
    #[must_use]
    pub fn new(row: Webhook, secret: &Secret) -> Self {
        let view = WebhookView::from(row);
        let tag = view.etag();
        Self {
            id: view.id,
            url: view.url,
            description: view.description,
            scope: view.scope,
            event_types: view.event_types,
            status: view.status,
            created_at: view.created_at,
            updated_at: view.updated_at,
            secret: secret.to_text(),
            tag,
        }
    }
}

impl Tagged for WebhookWithSecretView {
    fn etag(&self) -> ETag {
        self.tag.clone()
    }
}

/// A delivery to a webhook.
#[derive(Debug, Clone, Serialize, Deserialize, Apiv2Schema)]
pub struct WebhookDeliveryView {
    /// Id.
    pub id: Uuid,
    /// Id of the webhook.
    pub webhook: Uuid,
    /// The header `webhook-id` of every attempt: the same for the same event.
    pub message_id: Uuid,
    /// The event's type.
    pub r#type: String,
    /// `queued`, `sent`, `failed` or `skipped`.
    pub status: Status,
    /// Attempts so far.
    pub attempts: i32,
    /// The next attempt, while it is queued.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// HTTP status of the last attempt; null when there was no answer.
    pub response_status: Option<i32>,
    /// The first 1,024 bytes of that answer.
    pub response_body: Option<String>,
    /// The last attempt in a line, or why it was not sent.
    pub answer: Option<String>,
    /// Milliseconds that the last attempt took.
    pub duration_ms: Option<i32>,
    /// When it was queued.
    pub created_at: DateTime<Utc>,
    /// When it was sent or given up.
    pub settled_at: Option<DateTime<Utc>>,
}

impl From<WebhookDelivery> for WebhookDeliveryView {
    fn from(row: WebhookDelivery) -> Self {
        Self {
            id: row.id,
            webhook: row.webhook_id,
            message_id: row.event_id,
            r#type: row.kind,
            status: row.state,
            attempts: row.attempts,
            next_attempt_at: (row.state == Status::Queued).then_some(row.next_attempt_at),
            response_status: row.response_status.map(i32::from),
            response_body: row.response_body,
            answer: row.answer,
            duration_ms: row.duration_ms,
            created_at: row.created_at,
            settled_at: row.settled_at,
        }
    }
}
