//! Changing one's own password.

use paperclip::actix::{Apiv2Schema, api_v2_operation, web};
use service_kit::{
    Problem,
    auth::Actor,
    http::{Errors, Fields, FromFields, NoContent, ValidJson, ValidQuery, params::NoParams},
};

use super::{lanes::Lane, operations, proof, rules, secret::Secret};
use crate::{accounts::email::Email, state::AppState};

/// A new password.
#[derive(Debug, Clone, Apiv2Schema)]
pub struct ChangePasswordRequest {
    /// Shows that it is really you.
    pub current_password: Secret,
    /// 10 to 128 characters, not a common one, not your address.
    pub new_password: Secret,
}

impl FromFields for ChangePasswordRequest {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let current_password = fields.required("current_password");
        let new_password = new_password(fields);
        Some(Self { current_password: current_password?, new_password: new_password? })
    }
}

/// Reads `new_password`, with all that is wrong with it as far as can be told without the account.
pub(super) fn new_password(fields: &mut Fields) -> Option<Secret> {
    let password: Option<Secret> = fields.required("new_password");
    fields.describe("new_password", rules::wire());
    for fault in password.iter().flat_map(|password| rules::faults(password, None)) {
        fields.fail::<()>("new_password", fault);
    }
    password
}

/// Holds a new password against the rules once more, now that the account is known.
///
/// # Errors
/// 422 on `new_password`.
pub(super) fn check_for(password: &Secret, address: &str) -> Result<(), Problem> {
    let mut errors = Errors::default();
    for fault in rules::faults(password, Email::parse(address).as_ref()) {
        errors.add("new_password", fault);
    }
    if errors.is_empty() { Ok(()) } else { Err(Problem::validation(errors)) }
}

/// Change your password. Every other session of yours is over.
///
/// A wrong `current_password` is a 422 on that field, and counts as a failed login does.
#[api_v2_operation(operation_id = "change_password")]
pub async fn change_password(
    state: web::Data<AppState>,
    actor: Actor,
    _: ValidQuery<NoParams>,
    body: ValidJson<ChangePasswordRequest>,
) -> Result<NoContent, Problem> {
    let ChangePasswordRequest { current_password, new_password } = body.value;
    check_for(&new_password, &actor.account.email)?;
    let place = state.hasher.place(Lane::Known)?;
    let checked = proof::prove(&state, &place, &actor, current_password).await?;
    let hash = place.hash(new_password).await?;
    state.db.transaction(move |conn| operations::change(conn, &actor, &checked, &hash)).await?;
    state.relay.wake();
    Ok(NoContent)
}
