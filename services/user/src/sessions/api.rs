//! Login, refresh and logout: what anybody with the right secret may do.

use paperclip::actix::{Apiv2Schema, api_v2_operation, web};
use service_kit::{
    Problem,
    http::{Fields, FromFields, Json, NoContent, ValidJson, ValidQuery, params::NoParams},
};

use super::{
    device::Device,
    grant::{ACCESS_SECONDS, TOKEN_TYPE},
    login::{self, Login, Typed},
    model::{LoginView, TokenView},
    operations, refresh,
    refresh_token::RefreshToken,
    signed_in::SignedIn,
};
use crate::{error::Error, passwords::secret::Secret, state::AppState};

/// Who wants to sign in. Only the shape is checked: whatever is wrong with the values is a wrong password.
#[derive(Debug, Clone, Apiv2Schema)]
pub struct LoginRequest {
    /// E-mail address.
    pub email: Secret,
    /// Password.
    pub password: Secret,
    /// A one-time password or a recovery code, where the account asks for one.
    pub otp: Option<Secret>,
    /// A refresh token of the account, for programs that keep no cookies: shows that this is a known device.
    pub refresh: Option<Secret>,
}

impl FromFields for LoginRequest {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let (email, password) = (fields.required("email"), fields.required("password"));
        let (otp, refresh) = (fields.optional("otp"), fields.optional("refresh"));
        Some(Self { email: email?, password: password?, otp, refresh })
    }
}

/// A refresh token.
#[derive(Debug, Clone, Apiv2Schema)]
pub struct RefreshRequest {
    /// As login or the last refresh gave it.
    pub refresh: Secret,
}

impl FromFields for RefreshRequest {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        fields.required("refresh").map(|refresh| Self { refresh })
    }
}

/// The session to be ended.
#[derive(Debug, Clone, Apiv2Schema)]
pub struct LogoutRequest {
    /// A refresh token of the session.
    pub refresh: Secret,
}

impl FromFields for LogoutRequest {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        fields.required("refresh").map(|refresh| Self { refresh })
    }
}

/// Sign in.
///
/// Every failure is the same 401 after the same time: an unknown address, a wrong password, a disabled account. After
/// the right password of an account with one-time passwords: 401 of the type `/problems/one-time-password-required`
/// without `otp`, and `/problems/one-time-password-refused` with a wrong or used one.
#[api_v2_operation(operation_id = "login_user")]
pub async fn login_user(
    state: web::Data<AppState>,
    device: Device,
    _: ValidQuery<NoParams>,
    body: ValidJson<LoginRequest>,
) -> Result<SignedIn, Problem> {
    let LoginRequest { email, password, otp, refresh } = body.value;
    let Login { grant, refresh, device } =
        login::sign_in(&state, device, Typed { email, password, otp, refresh }).await?;
    let access = grant.access_token(&state.ring.signing_key().await, &state.tokens)?;
    let view = LoginView {
        access,
        refresh: refresh.to_wire(),
        token_type: TOKEN_TYPE,
        expires_in: ACCESS_SECONDS,
        id: grant.user,
        email: grant.email,
        role: grant.role,
    };
    Ok(SignedIn { view, device })
}

/// Exchange a refresh token for a new pair.
///
/// The token is spent by that. Sent again within 5 s it gives the same successor (a lost reply); sent again later it
/// betrays a theft, and the session ends.
#[api_v2_operation(operation_id = "refresh_token")]
pub async fn refresh_token(
    state: web::Data<AppState>,
    _: ValidQuery<NoParams>,
    body: ValidJson<RefreshRequest>,
) -> Result<Json<TokenView>, Problem> {
    let token = RefreshToken::parse(&body.value.refresh).ok_or(Error::VoidRefreshToken)?;
    let rotated = state.db.transaction(move |conn| refresh::rotate(conn, &token)).await?;
    let (grant, refresh) = rotated.ok_or_else(|| {
        state.relay.wake();
        Error::VoidRefreshToken
    })?;
    let access = grant.access_token(&state.ring.signing_key().await, &state.tokens)?;
    Ok(Json(TokenView {
        access,
        refresh: refresh.to_wire(),
        token_type: TOKEN_TYPE,
        expires_in: ACCESS_SECONDS,
    }))
}

/// Sign out: end the session of a refresh token.
///
/// An unknown token is answered alike: whatever it was good for, it is no more.
#[api_v2_operation(operation_id = "logout_user")]
pub async fn logout_user(
    state: web::Data<AppState>,
    _: ValidQuery<NoParams>,
    body: ValidJson<LogoutRequest>,
) -> Result<NoContent, Problem> {
    if let Some(token) = RefreshToken::parse(&body.value.refresh) {
        state.db.transaction(move |conn| operations::log_out(conn, &token)).await?;
        state.relay.wake();
    }
    Ok(NoContent)
}
