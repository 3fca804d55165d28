//! The rows of webhooks and their deliveries, and their named types.

use chrono::{DateTime, Utc};
use diesel::{Queryable, Selectable};
use uuid::Uuid;

use crate::{
    deliveries::model::Status,
    schema::{webhook_deliveries, webhooks},
    words::words,
};

words! {
    /// What a webhook is told of.
    Scope:
    /// What its owner is told: their notifications.
    Own = "own",
    /// Every event of every task and user; administrators' only.
    All = "all",
}

words! {
    /// Whether it is told anything.
    Switch:
    /// It is.
    Enabled = "enabled",
    /// It is not.
    Disabled = "disabled",
}

words! {
    /// Why it is disabled.
    Reason:
    /// Its owner wanted that.
    Requested = "requested",
    /// It answered 410: gone.
    Gone = "gone",
    /// Nothing has reached it for days.
    Failing = "failing",
}

/// A webhook, without its secrets.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = webhooks, check_for_backend(diesel::pg::Pg))]
pub struct Webhook {
    /// Webhook id.
    pub id: Uuid,
    /// Whose it is.
    pub user_id: Uuid,
    /// What it is told of.
    pub scope: Scope,
    /// Where it leads.
    pub url: String,
    /// What its owner says of it.
    pub description: String,
    /// Of these alone; empty: of all.
    pub event_types: Vec<String>,
    /// Whether it is told anything.
    pub status: Switch,
    /// Why not.
    pub disabled_reason: Option<Reason>,
    /// The first failure after the last success.
    pub failing_since: Option<DateTime<Utc>>,
    /// Counts its changes by people.
    pub version: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When somebody last changed it.
    pub updated_at: DateTime<Utc>,
}

/// A delivery, without its payload.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = webhook_deliveries, check_for_backend(diesel::pg::Pg))]
pub struct WebhookDelivery {
    /// Its id.
    pub id: Uuid,
    /// Which webhook.
    pub webhook_id: Uuid,
    /// The header `webhook-id`.
    pub event_id: Uuid,
    /// The event's type.
    pub kind: String,
    /// What has become of it.
    pub state: Status,
    /// Attempts so far.
    pub attempts: i32,
    /// The next attempt, while it is queued.
    pub next_attempt_at: DateTime<Utc>,
    /// Status of the last attempt that was answered.
    pub response_status: Option<i16>,
    /// The first bytes of that answer.
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
