//! A forgotten password: ask for a mail, then set a new one with what the mail says.

use paperclip::actix::{Apiv2Schema, api_v2_operation, web};
use service_kit::{
    Problem,
    http::{ClientAddress, Fields, FromFields, NoContent, ValidJson, ValidQuery, params::NoParams},
};

use super::{
    api::{check_for, new_password},
    lanes::Lane,
    operations, reset_store,
    secret::Secret,
};
use crate::{
    accounts::{email::Email, queries},
    error::Error,
    mails::{Kind, accepted::Accepted, post, token},
    state::AppState,
    throttle::{
        client::client_key,
        windows::{self, Action},
    },
};

/// Whose password is forgotten.
#[derive(Debug, Clone, Apiv2Schema)]
pub struct PasswordResetRequest {
    /// E-mail address of the account.
    pub email: Email,
}

impl FromFields for PasswordResetRequest {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        fields.required("email").map(|email| Self { email })
    }
}

/// A new password, by the token of a mail.
#[derive(Debug, Clone, Apiv2Schema)]
pub struct ConfirmPasswordResetRequest {
    /// From the mail; works once, for 30 minutes.
    pub token: Secret,
    /// 10 to 128 characters, not a common one, not the address.
    pub new_password: Secret,
}

impl FromFields for ConfirmPasswordResetRequest {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let token = fields.required("token");
        let new_password = new_password(fields);
        Some(Self { token: token?, new_password: new_password? })
    }
}

/// Ask for a mail with a link to set a new password.
///
/// The answer and its time are the same whether there is such an account or not.
#[api_v2_operation(operation_id = "request_password_reset")]
pub async fn request_password_reset(
    state: web::Data<AppState>,
    client: ClientAddress,
    _: ValidQuery<NoParams>,
    body: ValidJson<PasswordResetRequest>,
) -> Result<Accepted, Problem> {
    let (client, limit) = (client_key(&client), state.limits.resets_per_hour);
    let email = body.value.email;
    let ask = state.db.transaction(move |conn| {
        windows::take(conn, Action::Reset, &client, limit)?;
        // Whether there is such an account is looked up when it is sent.
        post(conn, Kind::PasswordReset, None, email.as_str()).map_err(Error::from)
    });
    ask.await?;
    Ok(Accepted)
}

/// Set a new password with the token of a mail. Every session of the account is over.
#[api_v2_operation(operation_id = "confirm_password_reset")]
pub async fn confirm_password_reset(
    state: web::Data<AppState>,
    client: ClientAddress,
    _: ValidQuery<NoParams>,
    body: ValidJson<ConfirmPasswordResetRequest>,
) -> Result<NoContent, Problem> {
    let ConfirmPasswordResetRequest { token, new_password } = body.value;
    throttle(&state, &client).await?;
    let token = token::digest(&token);
    // Before the slow hash: a token that is void costs nothing.
    let sought = token.clone();
    let owner = state.db.read(move |conn| match reset_store::owner(conn, &sought)? {
        Some(owner) => Ok::<_, Error>(queries::find(conn, owner)?),
        None => Ok(None),
    });
    let owner = owner.await?.ok_or(Error::VoidMailedToken)?;
    check_for(&new_password, &owner.email)?;
    let hash = state.hasher.place(Lane::Known)?.hash(new_password).await?;
    state.db.transaction(move |conn| operations::reset(conn, &token, &hash)).await?;
    state.relay.wake();
    Ok(NoContent)
}

async fn throttle(state: &AppState, client: &ClientAddress) -> Result<(), Error> {
    let (client, limit) = (client_key(client), state.limits.resets_per_hour);
    state.db.transaction(move |conn| windows::take(conn, Action::Reset, &client, limit)).await
}
