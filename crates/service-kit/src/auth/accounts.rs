//! The standing of the account behind a token, asked on every request.

use std::sync::Arc;

use async_trait::async_trait;
use uuid::Uuid;

use super::{
    claims::{AccessClaims, Role},
    verify::Verifier,
};

/// What a service knows of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// User id.
    pub id: Uuid,
    /// E-mail address as given.
    pub email: String,
    /// Display name.
    pub username: Option<String>,
    /// Present role.
    pub role: Role,
    /// IANA time zone.
    pub timezone: chrono_tz::Tz,
}

/// Why no account stands behind a token.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AccountFault {
    /// Disabled, deleted, unknown, or the session is over.
    #[error("the account or the session is not active")]
    Void,
    /// It cannot be told at the moment.
    #[error("the account cannot be looked up: {0}")]
    Unavailable(String),
}

/// Looks up accounts: the user service in its own tables, the others in their directory.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// The account of a verified token, if it is active and its session has not ended. `token` may be used to ask the
    /// user service in the caller's own name.
    ///
    /// # Errors
    /// See [`AccountFault`].
    async fn account(&self, claims: &AccessClaims, token: &str) -> Result<Account, AccountFault>;
}

/// What the [`super::Actor`] extractor needs; part of every service's application data.
#[derive(Clone)]
pub struct Gate {
    /// Checks tokens.
    pub verifier: Arc<Verifier>,
    /// Knows accounts.
    pub accounts: Arc<dyn Accounts>,
}
