//! The edge of proofs of addresses.

use paperclip::actix::{Apiv2Schema, api_v2_operation, web};
use service_kit::{
    Problem,
    auth::Actor,
    http::{ClientAddress, Fields, FromFields, NoContent, ValidJson, ValidQuery, params::NoParams},
};

use super::operations;
use crate::{
    accounts::change,
    error::Error,
    mails::{accepted::Accepted, token},
    passwords::secret::Secret,
    state::AppState,
    throttle::{
        client::client_key,
        windows::{self, Action},
    },
};

/// The token of a mail.
#[derive(Debug, Clone, Apiv2Schema)]
pub struct ConfirmEmailRequest {
    /// From the mail; works once, for 30 minutes.
    pub token: Secret,
}

impl FromFields for ConfirmEmailRequest {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        fields.required("token").map(|token| Self { token })
    }
}

/// Ask for a mail with a link that shows that your e-mail address is yours.
///
/// Links of earlier mails are void. 409 when it has been shown already.
#[api_v2_operation(operation_id = "request_email_verification")]
pub async fn request_email_verification(
    state: web::Data<AppState>,
    actor: Actor,
    _: ValidQuery<NoParams>,
) -> Result<Accepted, Problem> {
    let rule = state.addresses.clone();
    let ask = state.db.transaction(move |conn| {
        let user = change::lock(conn, actor.id())?.ok_or_else(Problem::not_found)?;
        if user.email_verified_at.is_some() {
            return Err(Error::from(Problem::conflict("Your e-mail address has been verified already.")));
        }
        operations::ask(conn, &rule, &user)
    });
    ask.await?;
    Ok(Accepted)
}

/// Show that an account's e-mail address is yours, with the token of a mail.
#[api_v2_operation(operation_id = "confirm_email")]
pub async fn confirm_email(
    state: web::Data<AppState>,
    client: ClientAddress,
    _: ValidQuery<NoParams>,
    body: ValidJson<ConfirmEmailRequest>,
) -> Result<NoContent, Problem> {
    throttle(&state, &client).await?;
    let hash = token::digest(&body.value.token);
    state.db.transaction(move |conn| operations::confirm(conn, &hash)).await?;
    Ok(NoContent)
}

/// Give an account the e-mail address that it was to have, with the token of the mail to that address.
///
/// 409 when another account has taken the address meanwhile.
#[api_v2_operation(operation_id = "confirm_email_change")]
pub async fn confirm_email_change(
    state: web::Data<AppState>,
    client: ClientAddress,
    _: ValidQuery<NoParams>,
    body: ValidJson<ConfirmEmailRequest>,
) -> Result<NoContent, Problem> {
    throttle(&state, &client).await?;
    let hash = token::digest(&body.value.token);
    state.db.transaction(move |conn| operations::confirm_change(conn, &hash)).await?;
    state.relay.wake();
    Ok(NoContent)
}

/// Uses of mailed tokens are counted together, whatever they are for.
async fn throttle(state: &AppState, client: &ClientAddress) -> Result<(), Error> {
    let (client, limit) = (client_key(client), state.limits.resets_per_hour);
    state.db.transaction(move |conn| windows::take(conn, Action::Reset, &client, limit)).await
}
