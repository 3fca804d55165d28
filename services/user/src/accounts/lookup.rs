//! The standing of the account behind a token, from this service's own tables: asked on every request.

use std::sync::Arc;

use async_trait::async_trait;
use diesel::{ExpressionMethods as _, QueryDsl as _};
use service_kit::{
    auth::{AccessClaims, Account, AccountFault, Accounts, PersonalToken, Role, Scopes, TokenStanding},
    db::{Db, Read},
};
use uuid::Uuid;

use crate::{
    clock,
    error::Error,
    schema::{sessions, users},
    tokens::{self, uses::Uses},
};

/// Looks accounts up in the database, so that whatever ended is over at once.
pub struct LocalAccounts {
    db: Db,
    uses: Arc<Uses>,
}

type Row = (Uuid, String, Option<String>, String, String);

impl LocalAccounts {
    /// Over this service's tables; the uses of personal access tokens are noted in `uses`.
    #[must_use]
    pub fn new(db: Db, uses: Arc<Uses>) -> Self {
        Self { db, uses }
    }
}

/// One look-up by two primary keys.
fn standing(sid: Uuid, user: Uuid) -> impl Read<Row> {
    sessions::table
        .inner_join(users::table)
        .filter(sessions::id.eq(sid))
        .filter(sessions::user_id.eq(user))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::expires_at.gt(clock::now()))
        .filter(users::is_active)
        .filter(users::deleted_at.is_null())
        .select((users::id, users::email, users::username, users::role, users::timezone))
}

#[async_trait]
impl Accounts for LocalAccounts {
    async fn account(&self, claims: &AccessClaims, _token: &str) -> Result<Account, AccountFault> {
        let (sid, user) = (claims.sid, claims.sub);
        let row = self.db.find::<_, _, Error>(move || standing(sid, user)).await;
        match row {
            Ok(Some((id, email, username, role, timezone))) => Ok(Account {
                id,
                email,
                username,
                role: role.parse().unwrap_or(Role::User),
                timezone: timezone.parse().unwrap_or(chrono_tz::UTC),
            }),
            Ok(None) => Err(AccountFault::Void),
            Err(error) => Err(AccountFault::Unavailable(error.to_string())),
        }
    }
    async fn token(&self, token: &PersonalToken) -> Result<TokenStanding, AccountFault> {
        let hash = token.hash();
        let row = self.db.find::<_, _, Error>(move || tokens::queries::valid(&hash)).await;
        let found = row.map_err(|error| AccountFault::Unavailable(error.to_string()))?;
        let (token, owner) = found.ok_or(AccountFault::Void)?;
        self.uses.note(token.id);
        Ok(TokenStanding {
            account: Account {
                id: owner.id,
                role: owner.role(),
                timezone: owner.timezone.parse().unwrap_or(chrono_tz::UTC),
                email: owner.email,
                username: owner.username,
            },
            id: token.id,
            scopes: Scopes::from_names(&token.scopes),
        })
    }
}
