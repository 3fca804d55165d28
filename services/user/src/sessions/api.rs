//! Login, refresh and logout: what anybody with the right secret may do.

use paperclip::actix::{Apiv2Schema, api_v2_operation, web};
use serde::Serialize;
use serde_json::Value;
use service_kit::{
    Problem,
    http::{Field, Fields, FromFields, Json, NoContent, ValidJson, ValidQuery, params::NoParams},
};

use super::{
    cookie::{SessionCookie, WithCookie},
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
    /// `token` (if left out): the answer has the refresh token; `cookie`: the browser keeps it, out of reach of scripts.
    pub session: Option<Keeping>,
}

/// Who keeps the refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Apiv2Schema)]
#[serde(rename_all = "lowercase")]
pub enum Keeping {
    /// The caller.
    Token,
    /// The browser.
    Cookie,
}

impl Field for Keeping {
    fn from_json(value: Value) -> Result<Self, String> {
        match value.as_str() {
            Some("token") => Ok(Self::Token),
            Some("cookie") => Ok(Self::Cookie),
            _ => Err("must be token or cookie".to_owned()),
        }
    }
}

impl FromFields for LoginRequest {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let (email, password) = (fields.required("email"), fields.required("password"));
        let (otp, session) = (fields.optional("otp"), fields.optional("session"));
        let refresh = fields.optional("refresh");
        Some(Self { email: email?, password: password?, otp, refresh, session })
    }
}

/// A refresh token.
#[derive(Debug, Clone, Apiv2Schema)]
pub struct RefreshRequest {
    /// As login or the last refresh gave it; left out, the session cookie's.
    pub refresh: Option<Secret>,
}

impl FromFields for RefreshRequest {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self { refresh: fields.optional("refresh") })
    }
}

/// The session to be ended.
#[derive(Debug, Clone, Apiv2Schema)]
pub struct LogoutRequest {
    /// A refresh token of the session; left out, the session cookie's.
    pub refresh: Option<Secret>,
}

impl FromFields for LogoutRequest {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self { refresh: fields.optional("refresh") })
    }
}

/// Sign in.
///
/// Every failure is the same 401 after the same time: an unknown address, a wrong password, a disabled account. After
/// the right password of an account with one-time passwords: 401 of the type `/problems/one-time-password-required`
/// without `otp`, and `/problems/one-time-password-refused` with a wrong or used one.
///
/// With `session: "cookie"` the answer has no refresh token: it is kept in an `HttpOnly`, `SameSite=Strict` cookie, which
/// refresh and logout read. All three are then for Docket's own pages alone: 403 unless `Sec-Fetch-Site` says
/// `same-origin`, or, where a browser does not send that, `Origin` names this origin.
#[api_v2_operation(operation_id = "login_user")]
pub async fn login_user(
    state: web::Data<AppState>,
    device: Device,
    cookie: SessionCookie,
    _: ValidQuery<NoParams>,
    body: ValidJson<LoginRequest>,
) -> Result<SignedIn, Problem> {
    let LoginRequest { email, password, otp, refresh, session } = body.value;
    let by_cookie = session == Some(Keeping::Cookie);
    if by_cookie {
        cookie.require_ours()?;
    }
    let Login { grant, refresh, device } =
        login::sign_in(&state, device, Typed { email, password, otp, refresh }).await?;
    let access = grant.access_token(&state.ring.signing_key().await, &state.tokens)?;
    let view = LoginView {
        access,
        refresh: (!by_cookie).then(|| refresh.to_wire()),
        token_type: TOKEN_TYPE,
        expires_in: ACCESS_SECONDS,
        id: grant.user,
        email: grant.email,
        role: grant.role,
    };
    let kept = by_cookie.then(|| cookie.keeping(&refresh));
    Ok(SignedIn { view, cookies: kept.into_iter().chain([device]).collect() })
}

/// Exchange a refresh token for a new pair.
///
/// The token is spent by that. Sent again within 5 s it gives the same successor (a lost reply); sent again later it
/// betrays a theft, and the session ends.
#[api_v2_operation(operation_id = "refresh_token")]
pub async fn refresh_token(
    state: web::Data<AppState>,
    cookie: SessionCookie,
    _: ValidQuery<NoParams>,
    body: ValidJson<RefreshRequest>,
) -> Result<WithCookie<Json<TokenView>>, Problem> {
    let (sent, by_cookie) = cookie.clone().or_from_body(body.value.refresh)?;
    let token = RefreshToken::parse(&sent).ok_or(Error::VoidRefreshToken)?;
    let rotated = state.db.transaction(move |conn| refresh::rotate(conn, &token)).await?;
    let (grant, refresh) = rotated.ok_or_else(|| {
        state.relay.wake();
        Error::VoidRefreshToken
    })?;
    let access = grant.access_token(&state.ring.signing_key().await, &state.tokens)?;
    let view = TokenView {
        access,
        refresh: (!by_cookie).then(|| refresh.to_wire()),
        token_type: TOKEN_TYPE,
        expires_in: ACCESS_SECONDS,
    };
    let kept = by_cookie.then(|| cookie.keeping(&refresh));
    Ok(WithCookie { reply: Json(view), cookie: kept })
}

/// Sign out: end the session of a refresh token.
///
/// An unknown token is answered alike: whatever it was good for, it is no more.
#[api_v2_operation(operation_id = "logout_user")]
pub async fn logout_user(
    state: web::Data<AppState>,
    cookie: SessionCookie,
    _: ValidQuery<NoParams>,
    body: ValidJson<LogoutRequest>,
) -> Result<WithCookie<NoContent>, Problem> {
    let (sent, by_cookie) = cookie.clone().or_from_body(body.value.refresh)?;
    if let Some(token) = RefreshToken::parse(&sent) {
        state.db.transaction(move |conn| operations::log_out(conn, &token)).await?;
        state.relay.wake();
    }
    Ok(WithCookie { reply: NoContent, cookie: by_cookie.then(|| cookie.forgetting()) })
}
