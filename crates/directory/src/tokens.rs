//! Personal access tokens that were met here: remembered as the user service described them, with the tokens' hashes for
//! keys.
//!
//! Rights come from the user service alone, asked with the token itself; the bus only takes them away. So nobody who can
//! write to the broker makes a token, and a token that is known works while the user service is down.

use chrono::{DateTime, Utc};
use diesel::{
    ExpressionMethods as _, Insertable, PgConnection, QueryDsl as _, QueryResult, Queryable,
    RunQueryDsl as _, Selectable, dsl::exists, insert_into, select, upsert::excluded,
};
use service_kit::auth::TokenHash;
use uuid::Uuid;

use crate::schema::{directory_ended_sessions as ended, directory_tokens as tokens};

/// What is known of a token.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = tokens, check_for_backend(diesel::pg::Pg))]
pub(crate) struct KnownToken {
    /// SHA-256.
    pub hash: Vec<u8>,
    /// Its id.
    pub id: Uuid,
    /// Whose.
    pub user_id: Uuid,
    /// Names of its scopes.
    pub scopes: Vec<String>,
    /// Not valid from then on.
    pub expires_at: Option<DateTime<Utc>>,
}

impl KnownToken {
    /// The key in memory.
    pub(crate) fn hash(&self) -> TokenHash {
        let mut hash = TokenHash::default();
        for (to, from) in hash.iter_mut().zip(&self.hash) {
            *to = *from;
        }
        hash
    }

    /// Whether it has not expired.
    pub(crate) fn lasts(&self, now: DateTime<Utc>) -> bool {
        self.expires_at.is_none_or(|at| at > now)
    }
}

/// Writes what the user service said of a token, unless the bus has said meanwhile that it is revoked.
pub(crate) fn remember(conn: &mut PgConnection, token: &KnownToken) -> QueryResult<()> {
    if select(exists(ended::table.find(token.id))).get_result(conn)? {
        return Ok(());
    }
    insert_into(tokens::table)
        .values(token)
        .on_conflict(tokens::hash)
        .do_update()
        .set((
            tokens::scopes.eq(excluded(tokens::scopes)),
            tokens::expires_at.eq(excluded(tokens::expires_at)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Deletes tokens that are revoked.
pub(crate) fn forget(conn: &mut PgConnection, ids: &[Uuid]) -> QueryResult<usize> {
    diesel::delete(tokens::table.filter(tokens::id.eq_any(ids))).execute(conn)
}
