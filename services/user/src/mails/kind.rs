//! What mails are about.

use std::str::FromStr;

/// A kind of mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A link by which a forgotten password is set anew. Its address is what somebody typed: whether there is such an
    /// account is looked up when it is sent, so that asking for it takes the same time for all.
    PasswordReset,
    /// A link that shows that the account's address is theirs.
    VerifyEmail,
    /// A link that makes this the account's address.
    ChangeEmail,
    /// To the present address: another one was asked for.
    EmailChangeAsked,
    /// To the former address: it is another one now.
    EmailChanged,
    /// The password is another one now.
    PasswordChanged,
    /// One-time passwords are asked for from now on.
    TotpEnabled,
    /// One-time passwords are not asked for any more.
    TotpDisabled,
}

impl Kind {
    const ALL: [Self; 8] = [
        Self::PasswordReset,
        Self::VerifyEmail,
        Self::ChangeEmail,
        Self::EmailChangeAsked,
        Self::EmailChanged,
        Self::PasswordChanged,
        Self::TotpEnabled,
        Self::TotpDisabled,
    ];

    /// Its name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PasswordReset => "password-reset",
            Self::VerifyEmail => "verify-email",
            Self::ChangeEmail => "change-email",
            Self::EmailChangeAsked => "email-change-asked",
            Self::EmailChanged => "email-changed",
            Self::PasswordChanged => "password-changed",
            Self::TotpEnabled => "totp-enabled",
            Self::TotpDisabled => "totp-disabled",
        }
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|kind| kind.as_str() == text);
        known.ok_or_else(|| format!("no mail of the kind {text} is known"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for kind in Kind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
        assert!("spam".parse::<Kind>().is_err());
    }
}
