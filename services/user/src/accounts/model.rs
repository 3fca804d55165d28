//! The row of an account, and how a client sees it.

use chrono::{DateTime, Utc};
use diesel::{AsChangeset, Identifiable, Insertable, Queryable, Selectable};
use events::UserState;
use paperclip::actix::Apiv2Schema;
use serde::{Deserialize, Serialize};
use service_kit::{
    auth::Role,
    http::{ETag, Tagged},
};
use uuid::Uuid;

use crate::schema::users;

/// An account. It has no `Debug`, for it holds the password's hash.
#[derive(Clone, Queryable, Selectable, Insertable, Identifiable, AsChangeset)]
#[diesel(table_name = users, check_for_backend(diesel::pg::Pg), treat_none_as_null = true)]
pub struct User {
    /// User id.
    pub id: Uuid,
    /// As given.
    pub email: String,
    /// In lower case.
    pub email_key: String,
    /// Display name.
    pub username: Option<String>,
    /// `admin` or `user`; see [`User::role`].
    pub role: String,
    /// False while disabled.
    pub is_active: bool,
    /// IANA name.
    pub timezone: String,
    /// See `passwords::bcrypt`.
    pub password_hash: String,
    /// Access tokens issued before it are void.
    pub not_before: Option<DateTime<Utc>>,
    /// Counts everything that happens to the account, sessions included.
    pub version: i64,
    /// Registration.
    pub created_at: DateTime<Utc>,
    /// Last change of what a client sees.
    pub updated_at: DateTime<Utc>,
    /// Set for deleted accounts.
    pub deleted_at: Option<DateTime<Utc>>,
    /// When its owner showed that they read the mail of this address.
    pub email_verified_at: Option<DateTime<Utc>>,
}

impl User {
    /// Their role. (The table's CHECK admits no other.)
    #[must_use]
    pub fn role(&self) -> Role {
        self.role.parse().unwrap_or(Role::User)
    }

    /// An administrator who can sign in.
    #[must_use]
    pub fn is_active_admin(&self) -> bool {
        self.role() == Role::Admin && self.is_active && self.deleted_at.is_none()
    }

    /// What other services may know.
    #[must_use]
    pub fn state(&self) -> UserState {
        UserState {
            id: self.id,
            email: self.email.clone(),
            username: self.username.clone(),
            role: self.role.clone(),
            is_active: self.is_active,
            timezone: self.timezone.clone(),
            not_before: self.not_before,
            deleted: self.deleted_at.is_some(),
            version: self.version,
        }
    }
}

/// A user.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Apiv2Schema)]
pub struct UserView {
    /// Id.
    pub id: Uuid,
    /// E-mail address, as it was given.
    pub email: String,
    /// Display name.
    pub username: Option<String>,
    /// What they may do.
    pub role: Role,
    /// False while the account is disabled.
    pub is_active: bool,
    /// IANA time zone.
    pub timezone: String,
    /// When they registered.
    pub created_at: DateTime<Utc>,
    /// When something of this last changed.
    pub updated_at: DateTime<Utc>,
    /// When they showed that the e-mail address is theirs.
    pub email_verified_at: Option<DateTime<Utc>>,
}

impl From<&User> for UserView {
    fn from(user: &User) -> Self {
        Self {
            id: user.id,
            email: user.email.clone(),
            username: user.username.clone(),
            role: user.role(),
            is_active: user.is_active,
            timezone: user.timezone.clone(),
            created_at: user.created_at,
            updated_at: user.updated_at,
            email_verified_at: user.email_verified_at,
        }
    }
}

impl Tagged for UserView {
    /// `updated_at` grows with every change of the view, and not with a login or logout as `version` does.
    fn etag(&self) -> ETag {
        ETag::new(format_args!("{:x}", self.updated_at.timestamp_micros()))
    }
}
