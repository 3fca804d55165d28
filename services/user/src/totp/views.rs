//! What clients see of one-time passwords.

use chrono::{DateTime, Utc};
use paperclip::actix::Apiv2Schema;
use serde::Serialize;

/// Whether one-time passwords are on.
#[derive(Debug, Clone, Serialize, Apiv2Schema)]
pub struct TotpView {
    /// True when one is asked for at every login.
    pub enabled: bool,
    /// Since when.
    pub enabled_at: Option<DateTime<Utc>>,
    /// True when a secret was handed out and waits to be confirmed.
    pub pending: bool,
    /// Recovery codes that are not used yet.
    pub recovery_codes_left: i64,
}

/// A new secret. It is shown this once.
#[derive(Serialize, Apiv2Schema)]
pub struct TotpSecretView {
    /// The secret in Base32, to be typed.
    pub secret: String,
    /// The same as an `otpauth://` URI, to be shown as a QR code.
    pub uri: String,
}

/// Ten recovery codes. They are shown this once.
#[derive(Serialize, Apiv2Schema)]
pub struct RecoveryCodesView {
    /// Each is good for one login in place of a one-time password.
    pub recovery_codes: Vec<String>,
}
