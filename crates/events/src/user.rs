//! What `user.*` events carry.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Changes, EventActor};

/// Data of every `user.*` event: the whole account after the change (never a secret of it).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UserData {
    /// The account after the change.
    pub user: UserState,
    /// What changed, by field name.
    #[serde(default)]
    pub changes: Changes,
    /// Who did it.
    pub actor: EventActor,
    /// The sessions that ended (`user.sessions_revoked` only); their access tokens are void at once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sessions: Vec<Uuid>,
    /// The personal access tokens that were revoked (`user.token_revoked` only), by id; they are void at once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tokens: Vec<Uuid>,
}

/// An account as other services may know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserState {
    /// User id.
    pub id: Uuid,
    /// As it was given; unique without regard to case.
    pub email: String,
    /// Display name.
    pub username: Option<String>,
    /// `admin` or `user`.
    pub role: String,
    /// Disabled accounts cannot sign in and their tokens are void.
    pub is_active: bool,
    /// IANA name.
    pub timezone: String,
    /// Access tokens issued before this instant are void.
    #[serde(default)]
    pub not_before: Option<DateTime<Utc>>,
    /// Set when the account was deleted.
    #[serde(default)]
    pub deleted: bool,
    /// Equal to the envelope's `sequence`.
    pub version: i64,
}
