//! Sessions begin and end here, under the lock on the account's row.

use chrono::TimeDelta;
use diesel::{
    ExpressionMethods as _, OptionalExtension as _, PgConnection, QueryDsl as _, QueryResult,
    RunQueryDsl as _, insert_into, update,
};
use events::EventActor;
use serde_json::json;
use service_kit::{Problem, auth::Actor};
use uuid::Uuid;

use super::{
    device::Device,
    grant::Grant,
    model::{Session, TokenRow},
    refresh_token::RefreshToken,
};
use crate::{
    accounts::change::{self, Ending, event_actor},
    audit::{self, Action},
    clock,
    error::Error,
    schema::{refresh_tokens, sessions, users},
    throttle::login::Source,
    totp::{
        check::{Checker, Verdict},
        given::Given,
    },
};

/// A session ends this long after its login, however often it is refreshed.
const LIFETIME: TimeDelta = TimeDelta::days(30);

/// What a login found: whose password was right, by which hash, and a better hash if that one is outdated.
#[derive(Clone)]
pub struct Proven {
    /// Whose.
    pub user: Uuid,
    /// The hash that matched.
    pub hash: String,
    /// Replaces it.
    pub better: Option<String>,
}

/// What became of a login whose password was right. Whatever it is, the transaction is to be committed.
pub enum Begun {
    /// A session.
    Session(Grant, RefreshToken),
    /// A one-time password is needed.
    CodeMissing,
    /// The one-time password is not the right one, or was used before.
    CodeRefused,
    /// The account may not have a token, or its password is another one by now: told as a wrong password is.
    Refused,
}

/// Begins a session, if the account may have a token and its second factor, where it has one, is the right one.
///
/// # Errors
/// [`Error::Throttled`] after too many wrong one-time passwords; the database's.
pub fn begin(
    conn: &mut PgConnection,
    proven: &Proven,
    device: &Device,
    checker: &Checker,
    given: Option<&Given>,
    by: &Source,
) -> Result<Begun, Error> {
    let Some(user) = change::lock(conn, proven.user)? else { return Ok(Begun::Refused) };
    let sid = Uuid::now_v7();
    let Some(grant) = Grant::to(&user, sid).filter(|_| user.password_hash == proven.hash) else {
        return Ok(Begun::Refused);
    };
    let themselves = audit::record::themselves(&user);
    let second_factor = match checker.check(conn, user.id, given, by)? {
        Verdict::NotAsked => None,
        Verdict::Code => Some("code"),
        Verdict::Recovery => Some("recovery code"),
        Verdict::Missing => {
            audit::record(conn, Action::LoginHalved, &EventActor::default(), Some(&user), json!({}))?;
            return Ok(Begun::CodeMissing);
        }
        Verdict::Wrong => {
            let details = json!({"reason": "wrong one-time password"});
            audit::record(conn, Action::LoginFailed, &EventActor::default(), Some(&user), details)?;
            return Ok(Begun::CodeRefused);
        }
    };
    if let Some(better) = &proven.better {
        update(users::table.find(user.id)).set(users::password_hash.eq(better)).execute(conn)?;
    }
    let now = clock::now();
    let session = Session {
        id: sid,
        user_id: user.id,
        user_agent: device.user_agent.clone(),
        client: device.client.0.clone(),
        created_at: now,
        last_used_at: now,
        expires_at: now + LIFETIME,
        ended_at: None,
    };
    insert_into(sessions::table).values(&session).execute(conn)?;
    let token = RefreshToken::random();
    hand_out(conn, &token, sid)?;
    let details = json!({"session": sid, "second_factor": second_factor});
    audit::record(conn, Action::LoginSucceeded, &themselves, Some(&user), details)?;
    Ok(Begun::Session(grant, token))
}

/// Writes a token that is about to be handed out.
pub(super) fn hand_out(conn: &mut PgConnection, token: &RefreshToken, sid: Uuid) -> QueryResult<()> {
    let row = TokenRow {
        hash: token.hash(),
        session_id: sid,
        created_at: clock::now(),
        spent_at: None,
        seed: None,
    };
    insert_into(refresh_tokens::table).values(&row).execute(conn)?;
    Ok(())
}

/// Session and user of a refresh token, spent or not.
pub(super) fn owner(conn: &mut PgConnection, token: &RefreshToken) -> QueryResult<Option<(Uuid, Uuid)>> {
    refresh_tokens::table
        .inner_join(sessions::table)
        .filter(refresh_tokens::hash.eq(token.hash()))
        .select((sessions::id, sessions::user_id))
        .first(conn)
        .optional()
}

/// Ends the session of a refresh token, whoever holds it, spent or not. An unknown one ends nothing.
///
/// # Errors
/// The database's.
pub fn log_out(conn: &mut PgConnection, token: &RefreshToken) -> Result<(), Error> {
    let Some((sid, user)) = owner(conn, token)? else { return Ok(()) };
    let Some(user) = change::lock(conn, user)? else { return Ok(()) };
    let actor = audit::record::themselves(&user);
    change::write(conn, &user, user.clone(), Ending::One(sid), &actor)?;
    Ok(())
}

/// Ends one of the caller's sessions.
///
/// # Errors
/// 404 for what is not a live session of theirs; the database's.
pub fn end(conn: &mut PgConnection, actor: &Actor, sid: Uuid) -> Result<(), Error> {
    let user = change::lock(conn, actor.id())?.ok_or_else(Problem::not_found)?;
    let after = change::write(conn, &user, user.clone(), Ending::One(sid), &event_actor(actor))?;
    if after.version == user.version { Err(Problem::not_found().into()) } else { Ok(()) }
}
