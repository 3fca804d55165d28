//! Tokens are made and revoked here, under the lock on their owner's row.

use diesel::{
    ExpressionMethods as _, PgConnection, QueryDsl as _, QueryResult, RunQueryDsl as _, delete, insert_into,
    update,
};
use events::{Changes, RoutingKey};
use serde_json::json;
use service_kit::{
    Problem,
    auth::{Actor, PersonalToken},
    http::IfMatch,
};
use uuid::Uuid;

use super::{
    model::{PersonalTokenView, TokenRow},
    queries,
    requests::CreateTokenRequest,
};
use crate::{
    accounts::{
        change::{self, event_actor},
        news,
        policy::can_issue,
    },
    audit::{self, Action},
    clock,
    error::Error,
    schema::{personal_access_tokens as tokens, users},
};

/// So many tokens one account may have.
const MOST: i64 = 50;

/// Writes a token that is about to be handed out.
///
/// # Errors
/// 409 when its owner has enough of them, [`Error::BadCredentials`] when they may not have one; the database's.
pub fn create(
    conn: &mut PgConnection,
    actor: &Actor,
    token: &PersonalToken,
    request: &CreateTokenRequest,
) -> Result<TokenRow, Error> {
    let owner = change::lock(conn, actor.id())?.filter(can_issue).ok_or_else(Problem::not_found)?;
    if queries::count(conn, owner.id)? >= MOST {
        let detail = format!("You have {MOST} tokens, which is the most. Revoke one first.");
        return Err(Problem::conflict(detail).into());
    }
    let row = TokenRow {
        id: Uuid::now_v7(),
        user_id: owner.id,
        name: request.name.0.clone(),
        hash: token.hash().to_vec(),
        hint: token.hint().to_owned(),
        scopes: request.scopes.iter().map(ToString::to_string).collect(),
        created_at: clock::now(),
        expires_at: request.expires_at.map(|expiry| expiry.0),
        last_used_at: None,
    };
    insert_into(tokens::table).values(&row).execute(conn)?;
    let details = json!({"token": row.id, "name": row.name, "scopes": row.scopes});
    audit::record(conn, Action::TokenCreated, &event_actor(actor), Some(&owner), details)?;
    Ok(row)
}

/// Revokes one of the caller's tokens, and tells the bus, so that it is void everywhere.
///
/// # Errors
/// 404 for what is not a token of theirs, 412; the database's.
pub fn revoke(conn: &mut PgConnection, actor: &Actor, id: Uuid, if_match: &IfMatch) -> Result<(), Error> {
    let mut owner = change::lock(conn, actor.id())?.ok_or_else(Problem::not_found)?;
    let row = queries::find(conn, owner.id, id)?.ok_or_else(Problem::not_found)?;
    let details = json!({"token": id, "name": row.name});
    if_match.check(&PersonalTokenView::from(row))?;
    audit::record(conn, Action::TokenRevoked, &event_actor(actor), Some(&owner), details)?;
    delete(tokens::table.find(id)).execute(conn)?;
    owner.version += 1;
    update(users::table.find(owner.id)).set(users::version.eq(owner.version)).execute(conn)?;
    let key = [RoutingKey::UserTokenRevoked];
    let events = news::envelopes(&key, &owner, &Changes::new(), &[id], &event_actor(actor))
        .map_err(|error| diesel::result::Error::SerializationError(error.into()))?;
    messaging::outbox::append(conn, &events)?;
    Ok(())
}

/// Deletes every token of an account that is deleted; the account's own event tells everybody.
///
/// # Errors
/// The database's.
pub fn forget(conn: &mut PgConnection, user: Uuid) -> QueryResult<usize> {
    delete(tokens::table.filter(tokens::user_id.eq(user))).execute(conn)
}
