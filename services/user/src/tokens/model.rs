//! The row of a personal access token, and how its owner sees it.

use chrono::{DateTime, Utc};
use diesel::{Insertable, Queryable, Selectable};
use paperclip::actix::Apiv2Schema;
use serde::{Deserialize, Serialize};
use service_kit::{
    auth::Scope,
    http::{ETag, Tagged},
};
use uuid::Uuid;

use crate::{accounts::model::UserView, schema::personal_access_tokens};

/// A token. The secret itself is not in it.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = personal_access_tokens, check_for_backend(diesel::pg::Pg))]
pub struct TokenRow {
    /// Id.
    pub id: Uuid,
    /// Whose.
    pub user_id: Uuid,
    /// What its owner calls it.
    pub name: String,
    /// SHA-256 of the secret.
    pub hash: Vec<u8>,
    /// The secret's first characters.
    pub hint: String,
    /// Names of its scopes.
    pub scopes: Vec<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Not valid from then on.
    pub expires_at: Option<DateTime<Utc>>,
    /// The last use, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// A personal access token, without its secret.
#[derive(Debug, Clone, Serialize, Deserialize, Apiv2Schema)]
pub struct PersonalTokenView {
    /// Id.
    pub id: Uuid,
    /// What you call it.
    pub name: String,
    /// Its first characters, to tell it from others.
    pub hint: String,
    /// What it may be used for, within what you may do yourself.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends; null if it does not.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used, to the minute; null if it never was.
    pub last_used_at: Option<DateTime<Utc>>,
}

impl From<TokenRow> for PersonalTokenView {
    fn from(row: TokenRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            hint: row.hint,
            scopes: row.scopes.iter().filter_map(|name| name.parse().ok()).collect(),
            created_at: row.created_at,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
        }
    }
}

impl Tagged for PersonalTokenView {
    /// A token is never changed; its last use is the only thing that moves.
    fn etag(&self) -> ETag {
        let used = self.last_used_at.map_or(0, |at| at.timestamp_micros());
        ETag::new(format_args!("{:x}-{used:x}", self.created_at.timestamp_micros()))
    }
}

/// A token that was made just now, with its secret: the only time that it is shown.
#[derive(Clone, Serialize, Deserialize, Apiv2Schema)]
pub struct CreatedTokenView {
    /// Id.
    pub id: Uuid,
    /// What you call it.
    pub name: String,
    /// The token, for `Authorization: Bearer`. Keep it now: it is shown this once. Null where an earlier request with the
    /// same Idempotency-Key made it.
    pub token: Option<String>,
    /// Its first characters, to tell it from others.
    pub hint: String,
    /// What it may be used for, within what you may do yourself.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends; null if it does not.
    pub expires_at: Option<DateTime<Utc>>,
    /// Null: it was never used.
    pub last_used_at: Option<DateTime<Utc>>,
}

impl CreatedTokenView {
    /// The view without the secret.
    #[must_use]
    pub fn of(row: TokenRow) -> Self {
        let PersonalTokenView { id, name, hint, scopes, created_at, expires_at, last_used_at } = row.into();
        Self { id, name, token: None, hint, scopes, created_at, expires_at, last_used_at }
    }
}

impl Tagged for CreatedTokenView {
    fn etag(&self) -> ETag {
        ETag::new(format_args!("{:x}-0", self.created_at.timestamp_micros()))
    }
}

/// What a personal access token is, told to whoever holds it.
#[derive(Debug, Serialize, Apiv2Schema)]
pub struct CurrentTokenView {
    /// Id.
    pub id: Uuid,
    /// What its owner calls it.
    pub name: String,
    /// What it may be used for, within what its owner may do.
    pub scopes: Vec<Scope>,
    /// When it ends; null if it does not.
    pub expires_at: Option<DateTime<Utc>>,
    /// Whose it is.
    pub user: UserView,
}
