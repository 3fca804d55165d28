//! What this service's document says beyond the handlers' signatures.

use serde_json::{Value, json};
use service_kit::openapi::Document;

/// Calls that take no access token and still answer 401.
const SECRET_IN_THE_BODY: [&str; 2] = ["/api/users/login", "/api/users/token/refresh"];

/// Adds lengths, formats and examples to what paperclip derived.
#[must_use]
pub fn document(mut spec: Value) -> Document {
    for path in SECRET_IN_THE_BODY {
        if let Some(Value::Object(responses)) = spec["paths"][path]["post"].get_mut("responses") {
            responses.insert("401".to_owned(), json!({"$ref": "#/components/responses/Problem"}));
        }
    }
    let password = json!({"minLength": 10, "maxLength": 128, "format": "password"});
    let email = json!({"format": "email", "maxLength": 254, "example": "ann@example.org"});
    let username = json!({"minLength": 1, "maxLength": 150, "example": "Ann Lee"});
    let timezone = json!({"example": "Europe/Berlin"});
    let secret = json!({"format": "password"});
    Document::from_paperclip(spec)
        .constrain(&[
            ("RegisterRequest", "email", email.clone()),
            ("RegisterRequest", "password", password.clone()),
            ("RegisterRequest", "username", username.clone()),
            ("RegisterRequest", "timezone", timezone.clone()),
            ("UpdateMeRequest", "email", email.clone()),
            ("UpdateMeRequest", "username", username.clone()),
            ("UpdateMeRequest", "timezone", timezone.clone()),
            ("UpdateMeRequest", "current_password", secret.clone()),
            ("UpdateUserRequest", "username", username.clone()),
            ("LoginRequest", "email", json!({"example": "ann@example.org"})),
            ("LoginRequest", "password", secret.clone()),
            ("LoginRequest", "refresh", secret.clone()),
            ("ChangePasswordRequest", "current_password", secret.clone()),
            ("ChangePasswordRequest", "new_password", password.clone()),
            ("PasswordResetRequest", "email", email.clone()),
            ("ConfirmPasswordResetRequest", "new_password", password),
            ("UserView", "email", email),
            ("UserView", "username", username),
            ("UserView", "timezone", timezone),
            ("AuditEntryView", "action", json!({"example": "user.role_changed"})),
            ("AuditEntryView", "client_address", json!({"example": "192.0.2.7"})),
            ("LoginRequest", "otp", json!({"example": "123456"})),
            ("EnrolTotpRequest", "current_password", secret.clone()),
            ("DisableTotpRequest", "current_password", secret.clone()),
            ("RenewRecoveryCodesRequest", "current_password", secret),
            ("ConfirmTotpRequest", "code", json!({"example": "123456"})),
            ("TotpSecretView", "uri", json!({"format": "uri"})),
            ("LoginView", "token_type", json!({"example": "Bearer"})),
            ("LoginView", "expires_in", json!({"example": 600})),
            ("TokenView", "token_type", json!({"example": "Bearer"})),
            ("TokenView", "expires_in", json!({"example": 600})),
        ])
        .constrain_parameters(&[("limit", json!({"minimum": 1, "maximum": 100, "default": 20}))])
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
