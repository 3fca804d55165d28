//! What is recorded, by name.

use std::str::FromStr;

use paperclip::actix::Apiv2Schema;
use serde::Serialize;
use service_kit::http::{Param, wire};

/// Declares the actions and their names, which are stable: they are filtered by.
macro_rules! actions {
    ($($(#[$doc:meta])* $action:ident = $name:literal,)*) => {
        /// Something that was done to an account.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Apiv2Schema)]
        pub enum Action {
            $($(#[$doc])* #[serde(rename = $name)] $action,)*
        }

        impl Action {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$action),*];

            /// The name on the wire and in the database.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$action => $name,)*
                }
            }
        }
    };
}

actions! {
    /// An account was made.
    UserRegistered = "user.registered",
    /// Name or time zone changed.
    UserUpdated = "user.updated",
    /// The role changed.
    RoleChanged = "user.role_changed",
    /// The account was disabled.
    UserDisabled = "user.disabled",
    /// The account was enabled again.
    UserEnabled = "user.enabled",
    /// The account was deleted.
    UserDeleted = "user.deleted",
    /// The e-mail address changed.
    EmailChanged = "email.changed",
    /// Another e-mail address was asked for, which counts once it is verified.
    EmailChangeAsked = "email.change_asked",
    /// The owner showed that the e-mail address is theirs.
    EmailVerified = "email.verified",
    /// Somebody signed in.
    LoginSucceeded = "login.succeeded",
    /// The password was right, and a one-time password was asked for.
    LoginHalved = "login.code_asked",
    /// Somebody did not get in; `details.reason` says why, which the caller is never told.
    LoginFailed = "login.failed",
    /// Sessions ended: `details.sessions`.
    SessionEnded = "session.ended",
    /// A spent refresh token came back.
    RefreshTokenReused = "refresh_token.reused",
    /// The password changed.
    PasswordChanged = "password.changed",
    /// Somebody asked for a link to set the password anew.
    PasswordResetAsked = "password.reset_asked",
    /// The password was set by a mailed link.
    PasswordReset = "password.reset",
    /// A change was refused, for the current password was wrong.
    PasswordRefused = "password.refused",
    /// A personal access token was made: `details.token`, its name and scopes.
    TokenCreated = "token.created",
    /// A personal access token was revoked.
    TokenRevoked = "token.revoked",
    /// One-time passwords were turned on.
    TotpEnabled = "totp.enabled",
    /// One-time passwords were turned off.
    TotpDisabled = "totp.disabled",
    /// A change was refused, for the one-time password was wrong.
    TotpRefused = "totp.refused",
    /// The recovery codes were replaced.
    RecoveryCodesRenewed = "totp.recovery_codes_renewed",
}

impl FromStr for Action {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.iter().copied().find(|action| action.as_str() == text);
        known.ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|action| action.as_str()).collect();
            format!("must be one of {}", names.join(", "))
        })
    }
}

impl Param for Action {
    fn from_param(text: &str) -> Result<Self, String> {
        text.parse()
    }

    fn wire() -> serde_json::Value {
        let names: Vec<&str> = Self::ALL.iter().map(|action| action.as_str()).collect();
        wire::one_of(&names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back_and_equal_those_on_the_wire() {
        for action in Action::ALL {
            assert_eq!(action.as_str().parse(), Ok(*action));
            assert_eq!(serde_json::to_value(action).expect("JSON"), action.as_str());
        }
        assert!("user.vanished".parse::<Action>().is_err());
    }
}
