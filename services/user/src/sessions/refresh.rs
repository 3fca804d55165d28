//! Rotation of refresh tokens: one transaction under the lock on the account's row, so that however many requests
//! come at once, a token has one successor.

use diesel::{
    ExpressionMethods as _, OptionalExtension as _, PgConnection, QueryDsl as _, QueryResult,
    RunQueryDsl as _, SelectableHelper as _, update,
};
use events::EventActor;
use serde_json::json;
use uuid::Uuid;

use super::{
    grant::Grant,
    model::{Session, TokenRow},
    operations::{hand_out, owner},
    refresh_token::{RefreshToken, Worth, worth},
};
use crate::{
    accounts::change::{self, Ending},
    audit::{self, Action},
    clock,
    error::Error,
    schema::{refresh_tokens, sessions},
};

/// Rotates `token`. `None` means that it is worth nothing; what follows from a theft is committed all the same.
///
/// # Errors
/// The database's.
pub fn rotate(conn: &mut PgConnection, token: &RefreshToken) -> Result<Option<(Grant, RefreshToken)>, Error> {
    let Some((sid, user)) = owner(conn, token)? else { return Ok(None) };
    let Some(user) = change::lock(conn, user)? else { return Ok(None) };
    // Read again under the lock: another request may have rotated it, or ended the session, meanwhile.
    let (Some(row), Some(session)) = (find(conn, token)?, live(conn, sid)?) else { return Ok(None) };
    let Some(grant) = Grant::to(&user, session.id) else { return Ok(None) };
    let now = clock::now();
    let successor = row.seed.as_deref().map(|seed| token.successor(seed));
    let successor_is_spent = match &successor {
        Some(successor) => find(conn, successor)?.is_none_or(|row| row.spent_at.is_some()),
        None => false,
    };
    match (worth(row.spent_at, successor_is_spent, now), successor) {
        (Worth::Fresh, _) => {
            let seed: [u8; 16] = rand::random();
            let next = token.successor(&seed);
            update(refresh_tokens::table.find(&row.hash))
                .set((refresh_tokens::spent_at.eq(now), refresh_tokens::seed.eq(&seed[..])))
                .execute(conn)?;
            hand_out(conn, &next, sid)?;
            update(sessions::table.find(sid)).set(sessions::last_used_at.eq(now)).execute(conn)?;
            Ok(Some((grant, next)))
        }
        (Worth::Repeated, Some(successor)) => Ok(Some((grant, successor))),
        (Worth::Reused, _) => {
            log::warn!(session:display = sid, user:display = user.id; "a spent refresh token came back: session ended");
            metrics::counter!("refresh_tokens_reused_total").increment(1);
            let details = json!({"session": sid});
            audit::record(conn, Action::RefreshTokenReused, &EventActor::default(), Some(&user), details)?;
            change::write(conn, &user, user.clone(), Ending::One(sid), &EventActor::default())?;
            Ok(None)
        }
        (Worth::Late | Worth::Repeated, _) => Ok(None),
    }
}

fn find(conn: &mut PgConnection, token: &RefreshToken) -> QueryResult<Option<TokenRow>> {
    refresh_tokens::table.find(token.hash()).select(TokenRow::as_select()).first(conn).optional()
}

fn live(conn: &mut PgConnection, sid: Uuid) -> QueryResult<Option<Session>> {
    sessions::table
        .find(sid)
        .filter(sessions::ended_at.is_null())
        .filter(sessions::expires_at.gt(clock::now()))
        .select(Session::as_select())
        .first(conn)
        .optional()
}
