//! What happens to accounts: each operation is given the connection of the handler's transaction.

use diesel::{PgConnection, RunQueryDsl as _, insert_into};
use events::{Changes, EventActor, RoutingKey};
use serde_json::json;
use service_kit::{
    Problem,
    auth::{Actor, Role},
    http::IfMatch,
};
use uuid::Uuid;

use super::{
    admins,
    change::{self, Ending, event_actor},
    email::Email,
    model::{User, UserView},
    news, policy,
    requests::{UpdateMeRequest, UpdateUserRequest},
    timezone::Timezone,
};
use crate::{
    audit::{self, Action},
    clock,
    email_proofs::{self, Rule},
    error::Error,
    passwords::reset_store,
    schema::users,
    tokens, totp,
};

/// An account to be made; its password is hashed already.
#[derive(Clone)]
pub struct NewAccount {
    /// Address.
    pub email: Email,
    /// Display name.
    pub username: Option<String>,
    /// What they may do.
    pub role: Role,
    /// Time zone.
    pub timezone: Timezone,
    /// See `passwords::bcrypt`.
    pub password_hash: String,
}

/// Makes an account. `actor` is who does it; none where somebody registers themselves.
///
/// # Errors
/// [`Error::EmailTaken`], also in a race; the database's.
pub fn register(conn: &mut PgConnection, new: NewAccount, actor: Option<EventActor>) -> Result<User, Error> {
    let now = clock::now();
    let user = User {
        id: Uuid::now_v7(),
        email_key: new.email.key(),
        email: new.email.as_str().to_owned(),
        username: new.username,
        role: new.role.as_str().to_owned(),
        is_active: true,
        timezone: new.timezone.name().to_owned(),
        password_hash: new.password_hash,
        not_before: None,
        version: 1,
        created_at: now,
        updated_at: now,
        deleted_at: None,
        email_verified_at: None,
    };
    insert_into(users::table).values(&user).execute(conn)?;
    let actor = actor.unwrap_or_else(|| audit::record::themselves(&user));
    audit::record(conn, Action::UserRegistered, &actor, Some(&user), json!({"role": user.role}))?;
    let events = news::envelopes(&[RoutingKey::UserRegistered], &user, &Changes::new(), &[], &actor)
        .map_err(|error| diesel::result::Error::SerializationError(error.into()))?;
    messaging::outbox::append(conn, &events)?;
    Ok(user)
}

/// Changes one's own account. `checked` is the hash that the current password was found to match, if it was sent. Where
/// addresses are to be proven, another one counts once that is done.
///
/// # Errors
/// 422 when the address changes without the current password, 412, [`Error::EmailTaken`], [`Error::Throttled`], the
/// database's.
pub fn update_me(
    conn: &mut PgConnection,
    actor: &Actor,
    request: UpdateMeRequest,
    checked: Option<&str>,
    if_match: &IfMatch,
    rule: &Rule,
) -> Result<User, Error> {
    let before = change::lock(conn, actor.id())?.ok_or_else(Problem::not_found)?;
    if_match.check(&UserView::from(&before))?;
    let mut after = before.clone();
    if let Some(username) = request.username {
        after.username = username.map(super::username::Username::into_string);
    }
    if let Some(timezone) = request.timezone {
        after.timezone = timezone.name().to_owned();
    }
    if let Some(email) = request.email.filter(|email| email.as_str() != before.email) {
        // The password may have changed while it was checked.
        if checked != Some(before.password_hash.as_str()) {
            return Err(Error::WrongPassword);
        }
        if rule.is_on && email.key() != before.email_key {
            email_proofs::operations::ask_for_change(conn, rule, &before, &email)?;
        } else {
            after = email_proofs::operations::with_address(&after, &email);
            email_proofs::operations::moved(conn, &before)?;
        }
    }
    change::write(conn, &before, after, Ending::Nothing, &event_actor(actor))
}

/// Changes somebody's account as an administrator.
///
/// # Errors
/// 403, 404, 412, [`Error::LastAdmin`], the database's.
pub fn update_user(
    conn: &mut PgConnection,
    actor: &Actor,
    id: Uuid,
    request: UpdateUserRequest,
    if_match: &IfMatch,
) -> Result<User, Error> {
    administer(conn, actor, id, if_match, |user| {
        if let Some(role) = request.role {
            user.role = role.as_str().to_owned();
        }
        if let Some(is_active) = request.is_active {
            user.is_active = is_active;
        }
        if let Some(username) = request.username {
            user.username = username.map(super::username::Username::into_string);
        }
    })
}

/// Deletes somebody's account as an administrator. The row stays, for what refers to it; its address is free again.
///
/// # Errors
/// 403, 404, 412, [`Error::LastAdmin`], the database's.
pub fn delete_user(
    conn: &mut PgConnection,
    actor: &Actor,
    id: Uuid,
    if_match: &IfMatch,
) -> Result<(), Error> {
    administer(conn, actor, id, if_match, |user| {
        user.deleted_at = Some(clock::now());
        // Nothing hashes to this.
        user.password_hash = "!".to_owned();
    })?;
    Ok(())
}

fn administer(
    conn: &mut PgConnection,
    actor: &Actor,
    id: Uuid,
    if_match: &IfMatch,
    edit: impl FnOnce(&mut User),
) -> Result<User, Error> {
    admins::take_turn(conn, actor)?;
    let before = change::lock(conn, id)?.ok_or_else(Problem::not_found)?;
    if_match.check(&UserView::from(&before))?;
    let mut after = before.clone();
    edit(&mut after);
    if policy::removes_admin(&before, &after) && !admins::another_than(conn, id)? {
        return Err(Error::LastAdmin);
    }
    if !policy::can_issue(&after) {
        reset_store::forget(conn, id)?;
        email_proofs::store::forget(conn, id)?;
    }
    if after.deleted_at.is_some() {
        totp::store::remove(conn, id)?;
        tokens::operations::forget(conn, id)?;
    }
    change::write(conn, &before, after, Ending::Nothing, &event_actor(actor))
}
