//! The right to a token: made only for accounts that may have one, and the only thing that tokens are made from.

use service_kit::auth::{AccessClaims, Role, TokenPolicy};
use uuid::Uuid;

use crate::{
    accounts::{model::User, policy::can_issue},
    clock,
    error::Error,
    keys::signing::SigningKey,
};

/// Seconds for which an access token is valid.
pub const ACCESS_SECONDS: i64 = 600;
/// `token_type` of every answer.
pub const TOKEN_TYPE: &str = "Bearer";

/// An account's right to an access token in one of its sessions.
#[derive(Debug, Clone)]
pub struct Grant {
    /// User id.
    pub user: Uuid,
    /// Address.
    pub email: String,
    /// Role that the token tells.
    pub role: Role,
    /// Session.
    pub sid: Uuid,
}

impl Grant {
    /// `None` for an account that may not have a token.
    #[must_use]
    pub fn to(user: &User, sid: Uuid) -> Option<Self> {
        can_issue(user).then(|| Self { user: user.id, email: user.email.clone(), role: user.role(), sid })
    }

    /// The access token.
    ///
    /// # Errors
    /// When signing fails, which would be our fault.
    pub fn access_token(&self, key: &SigningKey, policy: &TokenPolicy) -> Result<String, Error> {
        let now = clock::now().timestamp();
        key.sign(&AccessClaims {
            iss: policy.issuer.clone(),
            aud: policy.audience.clone(),
            sub: self.user,
            role: self.role,
            sid: self.sid,
            iat: now,
            nbf: now,
            exp: now + ACCESS_SECONDS,
            jti: Uuid::new_v4(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::fixture::user;

    #[test]
    fn no_grant_for_who_may_not_have_a_token() {
        assert!(Grant::to(&user(), Uuid::nil()).is_some());
        assert!(Grant::to(&User { is_active: false, ..user() }, Uuid::nil()).is_none());
    }
}
