//! Proof that a signed-in caller is who signed in: their current password, throttled as a login is.

use serde_json::json;
use service_kit::{Problem, auth::Actor, http::ClientAddress};

use super::{hashing::Place, secret::Secret};
use crate::{
    accounts::queries,
    audit::{self, Action},
    error::Error,
    state::AppState,
    throttle::{client::client_key, login::Attempt},
};

/// Checks the caller's current password at a `place` of the pool; gives the hash that it matched, which must still be
/// the stored one when the change is made.
///
/// # Errors
/// [`Error::WrongPassword`], [`Error::Throttled`], the database's.
pub async fn prove(
    state: &AppState,
    place: &Place,
    actor: &Actor,
    client: &ClientAddress,
    password: Secret,
) -> Result<String, Error> {
    let attempt = Attempt::new(&actor.account.email, client_key(client));
    attempt.reserve(state).await?;
    let id = actor.id();
    let user = state.db.read(move |conn| queries::find(conn, id).map_err(Error::from)).await?;
    let user = user.ok_or_else(Problem::not_found)?;
    let hash = user.password_hash.clone();
    if !place.check(password, Some(hash.clone())).await?.matches {
        let refuse = move |conn: &mut _| {
            let actor = audit::record::themselves(&user);
            audit::record(conn, Action::PasswordRefused, &actor, Some(&user), json!({})).map_err(Error::from)
        };
        state.db.transaction(refuse).await?;
        return Err(Error::WrongPassword);
    }
    state.db.transaction(move |conn| attempt.forgive(conn).map_err(Error::from)).await?;
    Ok(hash)
}
