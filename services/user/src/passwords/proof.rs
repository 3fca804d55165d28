//! Proof that a signed-in caller is who signed in: their current password. Wrong ones are counted for the session, so that
//! a stolen access token is no way to guess on, and a stranger's guesses at the login are not held against its owner.

use serde_json::json;
use service_kit::{Problem, auth::Actor};

use super::{hashing::Place, secret::Secret};
use crate::{
    accounts::queries,
    audit::{self, Action},
    error::Error,
    state::AppState,
    throttle::{
        known::account_digest,
        login::{Attempt, Source},
    },
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
    password: Secret,
) -> Result<String, Error> {
    let attempt = Attempt::new(account_digest(&actor.account.email), Source::session(actor.session()?));
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
