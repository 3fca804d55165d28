//! The CloudEvents 1.0 envelope (structured JSON mode) that carries every event.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use uuid::Uuid;

use crate::RoutingKey;

/// The media type of a message body.
pub const CONTENT_TYPE: &str = "application/cloudevents+json";

/// One event. `id` is the identity that consumers de-duplicate by; `subject` is the aggregate (task or user)
/// whose events stay in order; `sequence` is that aggregate's version after the change; `position` orders
/// the events of one change (0, 1, …).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Envelope {
    /// Always `1.0`.
    pub specversion: String,
    /// Identity of the event, equal to the AMQP `message_id`.
    pub id: Uuid,
    /// The service that says it, for instance `/services/task`.
    pub source: String,
    /// For instance `docket.task.assigned.v1`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Id of the task or user that changed.
    pub subject: Uuid,
    /// When the change was made.
    pub time: DateTime<Utc>,
    /// Always `application/json`.
    pub datacontenttype: String,
    /// Version of the aggregate after the change.
    pub sequence: i64,
    /// Place among the events of the same change, from 0.
    #[serde(default)]
    pub position: i32,
    /// W3C trace context of the request that caused the change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    /// [`crate::TaskData`] or [`crate::UserData`], by `type`.
    pub data: Value,
}

impl Envelope {
    /// An envelope around `data`, with a new id and the present time.
    ///
    /// # Errors
    /// When `data` does not serialise to JSON.
    pub fn new<D: Serialize>(
        key: RoutingKey,
        subject: Uuid,
        sequence: i64,
        position: i32,
        data: &D,
    ) -> Result<Self, serde_json::Error> {
        Ok(Self {
            specversion: "1.0".to_owned(),
            id: Uuid::now_v7(),
            source: key.source().to_owned(),
            kind: key.event_type(),
            subject,
            time: Utc::now(),
            datacontenttype: "application/json".to_owned(),
            sequence,
            position,
            traceparent: None,
            data: serde_json::to_value(data)?,
        })
    }

    /// The routing key that belongs to the type; `None` for a type (or version) that this build does not know.
    #[must_use]
    pub fn routing_key(&self) -> Option<RoutingKey> {
        RoutingKey::from_event_type(&self.kind)
    }

    /// The data as its typed form.
    ///
    /// # Errors
    /// When the data is not of that shape.
    pub fn data_as<D: DeserializeOwned>(&self) -> Result<D, serde_json::Error> {
        D::deserialize(&self.data)
    }
}

/// Who caused a change. Both are null for what the system did by itself (first admin, purge).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventActor {
    /// The acting user.
    pub id: Option<Uuid>,
    /// Their e-mail address at that time.
    pub email: Option<String>,
}

/// One field's value before and after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Before.
    pub from: Value,
    /// After.
    pub to: Value,
}

/// Changes by field name.
pub type Changes = BTreeMap<String, Change>;
