//! The standing of the account behind a token, asked on every request.

use async_trait::async_trait;
use uuid::Uuid;

use super::{
    claims::{AccessClaims, Role},
    personal_token::PersonalToken,
    scope::Scopes,
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

/// A personal access token in force.
#[derive(Debug, Clone)]
pub struct TokenStanding {
    /// Its owner.
    pub account: Account,
    /// Its id.
    pub id: Uuid,
    /// What it may be used for.
    pub scopes: Scopes,
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

    /// What a personal access token is good for, if it is one of ours, in force, and its owner active.
    ///
    /// # Errors
    /// See [`AccountFault`].
    async fn token(&self, token: &PersonalToken) -> Result<TokenStanding, AccountFault>;
}
