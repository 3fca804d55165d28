//! What this service's document says beyond the handlers' signatures.

use serde_json::{Value, json};
use service_kit::openapi::Document;

/// Errors that operations can answer and their signatures do not tell.
const ANSWERS: [(&str, &[u16]); 19] = [
    ("login_user", &[401, 429]),
    ("refresh_token", &[401]),
    ("register_user", &[429]),
    ("read_current_token", &[404]),
    ("read_me", &[404]),
    ("update_me", &[404, 409, 429]),
    ("change_password", &[404, 429]),
    ("request_password_reset", &[429]),
    ("confirm_password_reset", &[429]),
    ("request_email_verification", &[404, 409, 429]),
    ("confirm_email", &[429]),
    ("confirm_email_change", &[409, 429]),
    ("enrol_totp", &[409, 429]),
    ("confirm_totp", &[409, 429]),
    ("disable_totp", &[404, 409, 429]),
    ("renew_recovery_codes", &[404, 409, 429]),
    ("reset_totp", &[409]),
    ("update_user", &[409]),
    ("delete_user", &[409]),
];

/// Adds what the views' types do not tell.
#[must_use]
pub fn document(spec: Value) -> Document {
    let bearer = json!({"enum": ["Bearer"]});
    let seconds = json!({"minimum": 1, "example": 600});
    Document::from_paperclip(spec).may_answer(&ANSWERS).constrain(&[
        ("UserView", "email", json!({"format": "email", "example": "ann@example.org"})),
        ("UserView", "username", json!({"example": "Ann Lee"})),
        ("UserView", "timezone", json!({"example": "Europe/Berlin"})),
        ("AuditEntryView", "action", json!({"example": "user.role_changed"})),
        ("AuditEntryView", "client_address", json!({"example": "192.0.2.7"})),
        ("LoginView", "token_type", bearer.clone()),
        ("LoginView", "expires_in", seconds.clone()),
        ("LoginView", "email", json!({"format": "email", "example": "ann@example.org"})),
        ("LoginRequest", "otp", json!({"example": "123456"})),
        ("ConfirmTotpRequest", "code", json!({"example": "123456"})),
        ("TotpSecretView", "uri", json!({"format": "uri"})),
        ("TokenView", "token_type", bearer),
        ("TokenView", "expires_in", seconds),
    ])
}

#[cfg(test)]
mod tests {
    use crate::openapi_document;

    #[test]
    fn the_document_tells_of_failed_logins_and_of_lengths() {
        let document = openapi_document();
        let document = document.as_json();
        for path in ["/api/users/login/", "/api/users/token/refresh/"] {
            assert!(document["paths"][path]["post"]["responses"]["401"].is_object(), "{path}");
        }
        let password = &document["components"]["schemas"]["RegisterRequest"]["properties"]["password"];
        assert_eq!(password["minLength"], 10);
    }
}
