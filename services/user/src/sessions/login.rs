//! Signing in, from what was typed to a session: password first, then the second factor. Every failure of the first is
//! the same answer after the same time.

use events::EventActor;
use serde_json::json;
use service_kit::Problem;

use super::{
    device::Device,
    grant::Grant,
    operations::{self, Begun, Proven},
    refresh_token::RefreshToken,
};
use crate::{
    accounts::{email::Email, model::User, policy::can_issue, queries},
    audit::{self, Action},
    error::Error,
    passwords::{hashing::Place, secret::Secret},
    state::AppState,
    throttle::{client::client_key, login::Attempt},
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
}

/// Signs somebody in.
///
/// # Errors
/// [`Error::BadCredentials`], whatever the cause; [`Error::CodeMissing`] and [`Error::CodeRefused`] after the right
/// password; [`Error::Throttled`], [`Error::HashingBusy`]; the database's.
pub async fn sign_in(
    state: &AppState,
    device: Device,
    typed: Typed,
) -> Result<(Grant, RefreshToken), Problem> {
    let attempt = Attempt::new(typed.email.reveal(), client_key(&device.client));
    let place = state.hasher.place()?;
    attempt.reserve(state).await?;
    let known = account(state, &typed.email).await?;
    let Some(proven) = prove(&place, known.clone(), typed.password).await? else {
        write_down(state, known).await?;
        return Err(Error::BadCredentials.into());
    };
    drop(place);
    let (given, checker) = (typed.otp.as_ref().map(Given::parse), state.totp.clone());
    let begin = state.db.transaction(move |conn| {
        let begun = operations::begin(conn, &proven, &device, &checker, given.as_ref())?;
        match &begun {
            Begun::Session(..) => attempt.forgive(conn)?,
            Begun::CodeMissing => attempt.withdraw(conn)?,
            Begun::CodeRefused | Begun::Refused => {}
        }
        Ok::<_, Error>(begun)
    });
    match begin.await? {
        Begun::Session(grant, token) => Ok((grant, token)),
        Begun::CodeMissing => Err(Error::CodeMissing.into()),
        Begun::CodeRefused => Err(Error::CodeRefused.into()),
        Begun::Refused => Err(Error::BadCredentials.into()),
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
