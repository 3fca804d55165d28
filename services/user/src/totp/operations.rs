//! Turning one-time passwords on and off, under the lock on the account's row.

use diesel::PgConnection;
use serde_json::json;
use service_kit::{Problem, auth::Actor};
use uuid::Uuid;

use super::{
    check::{Checker, Verdict},
    code::{self, SECRET_BYTES},
    given::Given,
    store,
    views::{RecoveryCodesView, TotpSecretView},
};
use crate::{
    accounts::{
        admins,
        change::{self, event_actor},
        model::User,
    },
    audit::{self, Action},
    error::Error,
    mails::{Kind, post},
    sealing::Purpose,
    throttle::login::Source,
};

/// Makes a secret that is not asked for until it is confirmed. `checked` is the hash that the current password matched.
///
/// # Errors
/// 409 when one-time passwords are on; [`Error::WrongPassword`] when the password changed meanwhile; the database's.
pub fn enrol(
    conn: &mut PgConnection,
    checker: &Checker,
    actor: &Actor,
    checked: &str,
) -> Result<TotpSecretView, Error> {
    let user = proven(conn, actor, checked)?;
    if store::find(conn, user.id)?.is_some_and(|row| row.confirmed_at.is_some()) {
        return Err(Problem::conflict("One-time passwords are on already. Turn them off first.").into());
    }
    let secret: [u8; SECRET_BYTES] = rand::random();
    let sealed = checker.sealer().seal(Purpose::OneTimePassword, user.id.as_bytes(), &secret)?;
    store::enrol(conn, user.id, &sealed)?;
    Ok(TotpSecretView { secret: code::to_text(&secret), uri: code::uri(&user.email, &secret) })
}

/// Turns one-time passwords on: the app shows the right code. Gives the recovery codes, this once.
///
/// # Errors
/// 409 when there is nothing to confirm, 422 on `code`; the database's.
pub fn confirm(
    conn: &mut PgConnection,
    checker: &Checker,
    actor: &Actor,
    given: &Given,
) -> Result<RecoveryCodesView, Error> {
    let user = change::lock(conn, actor.id())?.ok_or_else(Problem::not_found)?;
    let Some(row) = store::find(conn, user.id)?.filter(|row| row.confirmed_at.is_none()) else {
        return Err(
            Problem::conflict("There is no enrolment to be confirmed. Ask for a secret first.").into()
        );
    };
    let is_right = match given {
        Given::Code(digits) => checker.is_code(conn, user.id, &row, digits)?,
        Given::Recovery(_) | Given::Nonsense => false,
    };
    if !is_right {
        return Err(Error::WrongCode);
    }
    store::confirm(conn, user.id)?;
    post(conn, Kind::TotpEnabled, Some(user.id), &user.email)?;
    audit::record(conn, Action::TotpEnabled, &event_actor(actor), Some(&user), json!({}))?;
    let recovery_codes = store::renew_recovery_codes(conn, checker.peppers().present(), user.id)?;
    Ok(RecoveryCodesView { recovery_codes })
}

/// Turns one-time passwords off. An enrolment that is not confirmed goes without a code. The verdict is to be committed.
///
/// # Errors
/// 404 when there is nothing to turn off; [`Error::WrongPassword`], [`Error::Throttled`]; the database's.
pub fn disable(
    conn: &mut PgConnection,
    checker: &Checker,
    actor: &Actor,
    checked: &str,
    given: Option<&Given>,
) -> Result<Verdict, Error> {
    let user = proven(conn, actor, checked)?;
    let verdict = checker.check(conn, user.id, given, &Source::session(actor.session()?))?;
    match verdict {
        Verdict::Missing => {}
        Verdict::Wrong => {
            audit::record(conn, Action::TotpRefused, &event_actor(actor), Some(&user), json!({}))?;
        }
        Verdict::NotAsked | Verdict::Code | Verdict::Recovery => turn_off(conn, actor, &user)?,
    }
    Ok(verdict)
}

/// Replaces the recovery codes. `None` in place of them is to be committed too: the code was wrong.
///
/// # Errors
/// 409 when one-time passwords are off; [`Error::WrongPassword`], [`Error::Throttled`]; the database's.
pub fn renew_recovery_codes(
    conn: &mut PgConnection,
    checker: &Checker,
    actor: &Actor,
    checked: &str,
    given: &Given,
) -> Result<Option<RecoveryCodesView>, Error> {
    let user = proven(conn, actor, checked)?;
    match checker.check(conn, user.id, Some(given), &Source::session(actor.session()?))? {
        Verdict::NotAsked => Err(Problem::conflict("One-time passwords are off.").into()),
        Verdict::Missing | Verdict::Wrong => {
            audit::record(conn, Action::TotpRefused, &event_actor(actor), Some(&user), json!({}))?;
            Ok(None)
        }
        Verdict::Code | Verdict::Recovery => {
            let recovery_codes = store::renew_recovery_codes(conn, checker.peppers().present(), user.id)?;
            audit::record(conn, Action::RecoveryCodesRenewed, &event_actor(actor), Some(&user), json!({}))?;
            Ok(Some(RecoveryCodesView { recovery_codes }))
        }
    }
}

/// Turns somebody else's one-time passwords off as an administrator: they lost the phone and the recovery codes.
///
/// # Errors
/// 403, also for one's own account, where a stolen token would be enough; 404; the database's.
pub fn reset(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<(), Error> {
    admins::take_turn(conn, actor)?;
    if id == actor.id() {
        return Err(Problem::forbidden("Turn your own off with your password and a code.").into());
    }
    let user = change::lock(conn, id)?.ok_or_else(Problem::not_found)?;
    turn_off(conn, actor, &user)
}

fn turn_off(conn: &mut PgConnection, actor: &Actor, user: &User) -> Result<(), Error> {
    if !store::remove(conn, user.id)? {
        return Err(Problem::not_found().into());
    }
    post(conn, Kind::TotpDisabled, Some(user.id), &user.email)?;
    audit::record(conn, Action::TotpDisabled, &event_actor(actor), Some(user), json!({}))?;
    Ok(())
}

/// Locks the caller's account, whose password must still be the one that was checked.
fn proven(conn: &mut PgConnection, actor: &Actor, checked: &str) -> Result<User, Error> {
    let user = change::lock(conn, actor.id())?.ok_or_else(Problem::not_found)?;
    if user.password_hash == checked { Ok(user) } else { Err(Error::WrongPassword) }
}
