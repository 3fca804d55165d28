//! The gate: from what stands after `Bearer` to an account of good standing, and what the credential is good for.
//!
//! Every service has one in its application data; [`super::Actor`] passes through it on every request, and an open
//! stream again and again.

use std::sync::Arc;

use uuid::Uuid;

use super::{
    accounts::{Account, AccountFault, Accounts},
    personal_token::{PREFIX, PersonalToken},
    scope::{Demand, Scopes},
    verify::{TokenFault, Verifier},
};

/// What a caller showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credential {
    /// An access token of this session.
    Session(Uuid),
    /// A personal access token.
    Token {
        /// Its id.
        id: Uuid,
        /// What it may be used for.
        scopes: Scopes,
    },
}

impl Credential {
    /// Whether it is enough for an operation.
    #[must_use]
    pub fn meets(&self, demand: Demand) -> bool {
        match (self, demand) {
            (Self::Session(_), _) => true,
            (Self::Token { .. }, Demand::Session) => false,
            (Self::Token { scopes, .. }, Demand::Scopes(all)) => all.iter().all(|one| scopes.contains(*one)),
        }
    }
}

/// Looks at tokens, and at the accounts behind them.
#[derive(Clone)]
pub struct Gate {
    /// Checks access tokens.
    pub verifier: Arc<Verifier>,
    /// Knows accounts and personal access tokens.
    pub accounts: Arc<dyn Accounts>,
}

impl Gate {
    /// The account behind a token that is good now.
    ///
    /// # Errors
    /// [`AccountFault::Void`] for whatever is not exactly one of our tokens, valid now, of an active account;
    /// [`AccountFault::Unavailable`] when that cannot be told.
    pub async fn admit(&self, bearer: &str) -> Result<(Account, Credential), AccountFault> {
        if bearer.starts_with(PREFIX) {
            let token = PersonalToken::parse(bearer).ok_or(AccountFault::Void)?;
            let standing = self.accounts.token(&token).await?;
            return Ok((standing.account, Credential::Token { id: standing.id, scopes: standing.scopes }));
        }
        let claims = self.verifier.verify(bearer).await.map_err(|fault| match fault {
            TokenFault::Invalid => AccountFault::Void,
            TokenFault::Keys(fault) => AccountFault::Unavailable(fault.to_string()),
        })?;
        let account = self.accounts.account(&claims, bearer).await?;
        // An access token tells the role of its time; once the account has another, it is void.
        if account.role != claims.role {
            return Err(AccountFault::Void);
        }
        Ok((account, Credential::Session(claims.sid)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::Scope;

    #[test]
    fn a_session_may_do_all_and_a_token_what_its_scopes_say() {
        let session = Credential::Session(Uuid::nil());
        let token = Credential::Token { id: Uuid::nil(), scopes: [Scope::TasksRead].into_iter().collect() };
        let (read, both) = (&[Scope::TasksRead][..], &[Scope::TasksRead, Scope::ProfileRead][..]);
        assert!(session.meets(Demand::Session) && session.meets(Demand::Scopes(both)));
        assert!(token.meets(Demand::Scopes(read)) && token.meets(Demand::Scopes(&[])));
        assert!(!token.meets(Demand::Session) && !token.meets(Demand::Scopes(both)));
    }
}
