//! The whole URL table of this service. Paths are written without their trailing slash; both forms are served.

use paperclip::actix::web::ServiceConfig;
use service_kit::http::resource;

use crate::{
    accounts::{
        admin_api::{delete_user, list_users, read_user, update_user},
        api::{read_me, register_user, update_me},
    },
    audit::api::list_audit_entries,
    email_proofs::api::{confirm_email, confirm_email_change, request_email_verification},
    keys::api::read_jwks,
    passwords::{
        api::change_password,
        reset_api::{confirm_password_reset, request_password_reset},
    },
    sessions::{
        api::{login_user, logout_user, refresh_token},
        own_api::{end_session, list_sessions},
    },
    tokens::api::{
        create_personal_token, list_personal_tokens, read_current_token, read_personal_token,
        revoke_personal_token,
    },
    totp::api::{confirm_totp, disable_totp, enrol_totp, read_totp, renew_recovery_codes, reset_totp},
};

/// Mounts every route.
pub fn routes(cfg: &mut ServiceConfig) {
    resource("/.well-known/jwks.json").get(read_jwks).mount(cfg);

    resource("/api/users/register").post(register_user).mount(cfg);
    resource("/api/users/login").post(login_user).mount(cfg);
    resource("/api/users/token/refresh").post(refresh_token).mount(cfg);
    resource("/api/users/logout").post(logout_user).mount(cfg);
    resource("/api/users/password-reset").post(request_password_reset).mount(cfg);
    resource("/api/users/password-reset/confirm").post(confirm_password_reset).mount(cfg);
    resource("/api/users/email-verification/confirm").post(confirm_email).mount(cfg);
    resource("/api/users/email-change/confirm").post(confirm_email_change).mount(cfg);

    resource("/api/users/me").get(read_me).patch(update_me).mount(cfg);
    resource("/api/users/me/email-verification").post(request_email_verification).mount(cfg);
    resource("/api/users/me/password").post(change_password).mount(cfg);
    resource("/api/users/me/sessions").get(list_sessions).mount(cfg);
    resource("/api/users/me/sessions/{id}").delete(end_session).mount(cfg);
    resource("/api/users/me/totp").get(read_totp).post(enrol_totp).delete(disable_totp).mount(cfg);
    resource("/api/users/me/totp/confirm").post(confirm_totp).mount(cfg);
    resource("/api/users/me/totp/recovery-codes").post(renew_recovery_codes).mount(cfg);

    resource("/api/users/me/tokens").get(list_personal_tokens).post(create_personal_token).mount(cfg);
    resource("/api/users/me/tokens/current").get(read_current_token).mount(cfg);
    resource("/api/users/me/tokens/{id}").get(read_personal_token).delete(revoke_personal_token).mount(cfg);

    resource("/api/users").get(list_users).mount(cfg);
    resource("/api/users/audit").get(list_audit_entries).mount(cfg);
    resource("/api/users/{id}").get(read_user).patch(update_user).delete(delete_user).mount(cfg);
    resource("/api/users/{id}/totp").delete(reset_totp).mount(cfg);
}
