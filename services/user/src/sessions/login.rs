//! Signing in, from what was typed to a session: password first, then the second factor. Every failure of the first is
//! the same answer after the same time.

use actix_web::cookie::Cookie;
use events::EventActor;
use serde_json::json;
use uuid::Uuid;

use super::{
    device::Device,
    grant::Grant,
    operations::{self, Begun, Proven},
    recognise,
    refresh_token::RefreshToken,
};
use crate::{
    accounts::{email::Email, model::User, policy::can_issue, queries},
    audit::{self, Action},
    clock,
    error::Error,
    passwords::{hashing::Place, secret::Secret},
    state::AppState,
    throttle::{known::account_digest, login::Attempt},
    totp::given::Given,
};

/// What was typed. Only its shape was checked: whatever is wrong with the values is a wrong password.
pub struct Typed {
    /// The address.
    pub email: Secret,
    /// The password.
    pub password: Secret,
    /// A one-time password or recovery code.
    pub otp: Option<Secret>,
    /// A refresh token of a session of the account, which shows that this is a known device.
    pub refresh: Option<Secret>,
}

/// Somebody who is signed in.
pub struct Login {
    /// The right to access tokens.
    pub grant: Grant,
    /// The first refresh token of the session.
    pub refresh: RefreshToken,
    /// Makes the device known.
    pub device: Cookie<'static>,
}

/// Signs somebody in.
///
/// # Errors
/// [`Error::BadCredentials`], whatever the cause; [`Error::CodeMissing`] and [`Error::CodeRefused`] after the right
/// password; [`Error::Throttled`], [`Error::HashingBusy`]; the database's.
pub async fn sign_in(state: &AppState, device: Device, typed: Typed) -> Result<Login, Error> {
    let digest = account_digest(typed.email.reveal());
    let known = recognise::device(state, &device, digest);
    let source = recognise::source(state, &device, known, typed.refresh.as_ref(), digest).await?;
    let place = state.hasher.place(source.lane())?;
    let attempt = Attempt::new(digest, source);
    attempt.reserve(state).await?;
    let account = account(state, &typed.email).await?;
    let Some(proven) = prove(&place, account.clone(), typed.password).await? else {
        write_down(state, account).await?;
        return Err(Error::BadCredentials);
    };
    drop(place);
    let (given, checker) = (typed.otp.as_ref().map(Given::parse), state.totp.clone());
    let begin = state.db.transaction(move |conn| {
        let begun = operations::begin(conn, &proven, &device, &checker, given.as_ref(), attempt.source())?;
        match &begun {
            Begun::Session(..) => attempt.forgive(conn)?,
            Begun::CodeMissing => attempt.withdraw(conn)?,
            Begun::CodeRefused | Begun::Refused => {}
        }
        Ok::<_, Error>(begun)
    });
    match begin.await? {
        Begun::Session(grant, refresh) => {
            let id = known.unwrap_or_else(Uuid::new_v4);
            Ok(Login { grant, refresh, device: state.known_devices.cookie(id, &digest, clock::now()) })
        }
        Begun::CodeMissing => Err(Error::CodeMissing),
        Begun::CodeRefused => Err(Error::CodeRefused),
        Begun::Refused => Err(Error::BadCredentials),
    }
}

async fn account(state: &AppState, typed: &Secret) -> Result<Option<User>, Error> {
    let Some(email) = Email::parse(typed.reveal()) else { return Ok(None) };
    state.db.read(move |conn| queries::find_by_email(conn, &email).map_err(Error::from)).await
}

/// Checks the password. The right one of an account that may not sign in takes no longer than a wrong one.
async fn prove(place: &Place, known: Option<User>, password: Secret) -> Result<Option<Proven>, Error> {
    let hash = known.as_ref().map(|user| user.password_hash.clone());
    let checked = place.check(password.clone(), hash.clone()).await?;
    let (Some(user), Some(hash), true) = (known.filter(can_issue), hash, checked.matches) else {
        return Ok(None);
    };
    let better = if checked.is_outdated { Some(place.hash(password).await?) } else { None };
    Ok(Some(Proven { user: user.id, hash, better }))
}

/// The failure, with its reason, which the log alone is told: one statement, whatever the reason. What was typed as the
/// address is not written down, for it may be a password.
async fn write_down(state: &AppState, known: Option<User>) -> Result<(), Error> {
    let reason = match &known {
        None => "unknown account",
        Some(user) if !can_issue(user) => "disabled account",
        Some(_) => "wrong password",
    };
    let record = move |conn: &mut _| {
        let details = json!({"reason": reason});
        audit::record(conn, Action::LoginFailed, &EventActor::default(), known.as_ref(), details)
            .map_err(Error::from)
    };
    state.db.transaction(record).await
}
