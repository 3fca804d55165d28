//! What clients send about one-time passwords.

use paperclip::actix::Apiv2Schema;
use service_kit::http::{Fields, FromFields};

use crate::passwords::secret::Secret;

/// Begins an enrolment.
#[derive(Debug, Clone, Apiv2Schema)]
pub struct EnrolTotpRequest {
    /// Shows that it is really you.
    pub current_password: Secret,
}

impl FromFields for EnrolTotpRequest {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        fields.required("current_password").map(|current_password| Self { current_password })
    }
}

/// Ends an enrolment.
#[derive(Debug, Clone, Apiv2Schema)]
pub struct ConfirmTotpRequest {
    /// What the app shows now.
    pub code: Secret,
}

impl FromFields for ConfirmTotpRequest {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        fields.required("code").map(|code| Self { code })
    }
}

/// Turns one-time passwords off.
#[derive(Debug, Clone, Apiv2Schema)]
pub struct DisableTotpRequest {
    /// Shows that it is really you.
    pub current_password: Secret,
    /// A one-time password or a recovery code; not needed while the enrolment is not confirmed.
    pub code: Option<Secret>,
}

impl FromFields for DisableTotpRequest {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let (current_password, code) = (fields.required("current_password"), fields.optional("code"));
        Some(Self { current_password: current_password?, code })
    }
}

/// Replaces the recovery codes.
#[derive(Debug, Clone, Apiv2Schema)]
pub struct RenewRecoveryCodesRequest {
    /// Shows that it is really you.
    pub current_password: Secret,
    /// A one-time password or a recovery code.
    pub code: Secret,
}

impl FromFields for RenewRecoveryCodesRequest {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let (current_password, code) = (fields.required("current_password"), fields.required("code"));
        Some(Self { current_password: current_password?, code: code? })
    }
}
