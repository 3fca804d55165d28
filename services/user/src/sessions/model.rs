//! Rows of sessions and refresh tokens, and how a client sees them.

use chrono::{DateTime, Utc};
use diesel::{Insertable, Queryable, Selectable};
use paperclip::actix::Apiv2Schema;
use serde::Serialize;
use service_kit::auth::Role;
use uuid::Uuid;

use crate::schema::{refresh_tokens, sessions};

/// A session.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions, check_for_backend(diesel::pg::Pg))]
pub struct Session {
    /// `sid` of its access tokens.
    pub id: Uuid,
    /// Whose.
    pub user_id: Uuid,
    /// What the program called itself.
    pub user_agent: Option<String>,
    /// Address at the login.
    pub client: String,
    /// The login.
    pub created_at: DateTime<Utc>,
    /// The last login or refresh.
    pub last_used_at: DateTime<Utc>,
    /// 30 days after the login, however often it is refreshed.
    pub expires_at: DateTime<Utc>,
    /// Set when it ended before its time.
    pub ended_at: Option<DateTime<Utc>>,
}

/// A refresh token of a session.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = refresh_tokens, check_for_backend(diesel::pg::Pg))]
pub struct TokenRow {
    /// SHA-256.
    pub hash: Vec<u8>,
    /// Its session.
    pub session_id: Uuid,
    /// When it was handed out.
    pub created_at: DateTime<Utc>,
    /// When it was used.
    pub spent_at: Option<DateTime<Utc>>,
    /// With the token, gives its successor.
    pub seed: Option<Vec<u8>>,
}

/// A place where you are signed in.
#[derive(Debug, Serialize, Apiv2Schema)]
pub struct SessionView {
    /// Id.
    pub id: Uuid,
    /// When you signed in.
    pub created_at: DateTime<Utc>,
    /// When it was last refreshed.
    pub last_used_at: DateTime<Utc>,
    /// When you must sign in again.
    pub expires_at: DateTime<Utc>,
    /// What the browser or program calls itself.
    pub user_agent: Option<String>,
    /// Address from which you signed in.
    pub client_address: String,
    /// True for the session of this request.
    pub current: bool,
}

impl SessionView {
    /// The view for somebody who asks from the session `current`.
    #[must_use]
    pub fn new(session: Session, current: Uuid) -> Self {
        Self {
            id: session.id,
            created_at: session.created_at,
            last_used_at: session.last_used_at,
            expires_at: session.expires_at,
            user_agent: session.user_agent,
            client_address: session.client,
            current: session.id == current,
        }
    }
}

/// Signed in.
#[derive(Serialize, Apiv2Schema)]
pub struct LoginView {
    /// Access token, for `Authorization: Bearer`.
    pub access: String,
    /// Refresh token; good for one use. Null where the session cookie keeps it.
    pub refresh: Option<String>,
    /// `Bearer`.
    pub token_type: &'static str,
    /// Seconds for which the access token is valid.
    pub expires_in: i64,
    /// User id.
    pub id: Uuid,
    /// E-mail address.
    pub email: String,
    /// What you may do.
    pub role: Role,
}

/// A new pair of tokens.
#[derive(Serialize, Apiv2Schema)]
pub struct TokenView {
    /// Access token, for `Authorization: Bearer`.
    pub access: String,
    /// The next refresh token; the one that was sent is spent. Null where the session cookie keeps it.
    pub refresh: Option<String>,
    /// `Bearer`.
    pub token_type: &'static str,
    /// Seconds for which the access token is valid.
    pub expires_in: i64,
}
