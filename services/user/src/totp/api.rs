//! The edge of one-time passwords.

use paperclip::actix::{api_v2_operation, web};
use service_kit::{
    Problem,
    auth::Actor,
    http::{Id, Json, NoContent, ValidJson, ValidQuery, params::NoParams},
};

use super::{
    check::Verdict,
    given::Given,
    operations,
    requests::{ConfirmTotpRequest, DisableTotpRequest, EnrolTotpRequest, RenewRecoveryCodesRequest},
    store,
    views::{RecoveryCodesView, TotpSecretView, TotpView},
};
use crate::{
    error::Error,
    passwords::{lanes::Lane, proof},
    state::AppState,
};

/// Read whether one-time passwords are on for you.
#[api_v2_operation(operation_id = "read_totp")]
pub async fn read_totp(
    state: web::Data<AppState>,
    actor: Actor,
    _: ValidQuery<NoParams>,
) -> Result<Json<TotpView>, Problem> {
    let read = state.db.read(move |conn| {
        let (row, left) = (store::find(conn, actor.id())?, store::recovery_codes_left(conn, actor.id())?);
        Ok::<_, Error>((row, left))
    });
    let (row, recovery_codes_left) = read.await?;
    let enabled_at = row.as_ref().and_then(|row| row.confirmed_at);
    let pending = row.is_some() && enabled_at.is_none();
    Ok(Json(TotpView { enabled: enabled_at.is_some(), enabled_at, pending, recovery_codes_left }))
}

/// Get a secret for one-time passwords (TOTP).
///
/// Nothing is asked for at login until it is confirmed. Asked for again before that, it is another secret.
#[api_v2_operation(operation_id = "enrol_totp")]
pub async fn enrol_totp(
    state: web::Data<AppState>,
    actor: Actor,
    _: ValidQuery<NoParams>,
    body: ValidJson<EnrolTotpRequest>,
) -> Result<Json<TotpSecretView>, Problem> {
    let password = body.value.current_password;
    let checked = proof::prove(&state, &state.hasher.place(Lane::Known)?, &actor, password).await?;
    let checker = state.totp.clone();
    let enrol = move |conn: &mut _| operations::enrol(conn, &checker, &actor, &checked);
    Ok(Json(state.db.transaction(enrol).await?))
}

/// Turn one-time passwords on by showing a code of the new secret.
///
/// From now on every login needs one. The answer holds ten recovery codes, which are shown this once.
#[api_v2_operation(operation_id = "confirm_totp")]
pub async fn confirm_totp(
    state: web::Data<AppState>,
    actor: Actor,
    _: ValidQuery<NoParams>,
    body: ValidJson<ConfirmTotpRequest>,
) -> Result<Json<RecoveryCodesView>, Problem> {
    let (checker, given) = (state.totp.clone(), Given::parse(&body.value.code));
    let confirm = move |conn: &mut _| operations::confirm(conn, &checker, &actor, &given);
    Ok(Json(state.db.transaction(confirm).await?))
}

/// Turn one-time passwords off, with your password and a code or recovery code.
#[api_v2_operation(operation_id = "disable_totp")]
pub async fn disable_totp(
    state: web::Data<AppState>,
    actor: Actor,
    _: ValidQuery<NoParams>,
    body: ValidJson<DisableTotpRequest>,
) -> Result<NoContent, Problem> {
    let DisableTotpRequest { current_password, code } = body.value;
    let checked = proof::prove(&state, &state.hasher.place(Lane::Known)?, &actor, current_password).await?;
    let (checker, given) = (state.totp.clone(), code.as_ref().map(Given::parse));
    let disable = move |conn: &mut _| operations::disable(conn, &checker, &actor, &checked, given.as_ref());
    match state.db.transaction(disable).await? {
        Verdict::Missing => Err(Problem::invalid("code", "is required to turn one-time passwords off")),
        Verdict::Wrong => Err(Error::WrongCode.into()),
        Verdict::NotAsked | Verdict::Code | Verdict::Recovery => Ok(NoContent),
    }
}

/// Replace your recovery codes, with your password and a code.
///
/// The answer holds ten new ones, which are shown this once; the former ones are void.
#[api_v2_operation(operation_id = "renew_recovery_codes")]
pub async fn renew_recovery_codes(
    state: web::Data<AppState>,
    actor: Actor,
    _: ValidQuery<NoParams>,
    body: ValidJson<RenewRecoveryCodesRequest>,
) -> Result<Json<RecoveryCodesView>, Problem> {
    let RenewRecoveryCodesRequest { current_password, code } = body.value;
    let checked = proof::prove(&state, &state.hasher.place(Lane::Known)?, &actor, current_password).await?;
    let (checker, given) = (state.totp.clone(), Given::parse(&code));
    let renew =
        move |conn: &mut _| operations::renew_recovery_codes(conn, &checker, &actor, &checked, &given);
    state.db.transaction(renew).await?.map(Json).ok_or_else(|| Error::WrongCode.into())
}

/// Turn somebody else's one-time passwords off. Administrators only.
///
/// For who has lost both phone and recovery codes. Your own: `DELETE /api/users/me/totp/`.
#[api_v2_operation(operation_id = "reset_totp")]
pub async fn reset_totp(
    state: web::Data<AppState>,
    actor: Actor,
    id: Id,
    _: ValidQuery<NoParams>,
) -> Result<NoContent, Problem> {
    actor.require_admin()?;
    state.db.transaction(move |conn| operations::reset(conn, &actor, id.0)).await?;
    Ok(NoContent)
}
