//! Who comes to the login: a device that is known for the account, or a stranger. A known one shows its cookie, or, where
//! a program keeps no cookies, a refresh token of a live session of the account.

use diesel::{
    ExpressionMethods as _, OptionalExtension as _, PgConnection, QueryDsl as _, QueryResult,
    RunQueryDsl as _,
};
use uuid::Uuid;

use super::{device::Device, refresh_token::RefreshToken};
use crate::{
    clock,
    error::Error,
    passwords::secret::Secret,
    schema::{refresh_tokens, sessions, users},
    state::AppState,
    throttle::{client::client_key, known::account_digest, login::Source},
};

/// The device of the cookie, if it is one for this account.
#[must_use]
pub fn device(state: &AppState, device: &Device, account: [u8; 32]) -> Option<Uuid> {
    let cookie = device.cookie.as_deref()?;
    state.known_devices.device(cookie, &account, clock::now())
}

/// Whose attempt at the account it is.
///
/// # Errors
/// The database's.
pub async fn source(
    state: &AppState,
    device: &Device,
    known: Option<Uuid>,
    refresh: Option<&Secret>,
    account: [u8; 32],
) -> Result<Source, Error> {
    if let Some(known) = known {
        return Ok(Source::device(known));
    }
    let stranger = Source::Stranger(client_key(&device.client));
    let Some(token) = refresh.and_then(RefreshToken::parse) else { return Ok(stranger) };
    let session = state.db.read(move |conn| live_session(conn, &token).map_err(Error::from)).await?;
    Ok(match session {
        Some((sid, email)) if account_digest(&email) == account => Source::session(sid),
        _ => stranger,
    })
}

/// The live session of a refresh token, spent or not, and its account's address in lower case.
fn live_session(conn: &mut PgConnection, token: &RefreshToken) -> QueryResult<Option<(Uuid, String)>> {
    refresh_tokens::table
        .inner_join(sessions::table.inner_join(users::table))
        .filter(refresh_tokens::hash.eq(token.hash()))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::expires_at.gt(clock::now()))
        .filter(users::deleted_at.is_null())
        .select((sessions::id, users::email_key))
        .first(conn)
        .optional()
}
