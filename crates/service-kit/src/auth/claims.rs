//! What an access token says (RFC 9068 names).

use std::{fmt, str::FromStr};

use paperclip::actix::Apiv2Schema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The `typ` header of an access token.
pub const TOKEN_TYPE: &str = "at+jwt";

/// Claims of an access token. Times are seconds since the Unix epoch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessClaims {
    /// Issuer.
    pub iss: String,
    /// Audience.
    pub aud: String,
    /// The user.
    pub sub: Uuid,
    /// Their role when the token was issued.
    pub role: Role,
    /// The session that it belongs to.
    pub sid: Uuid,
    /// Issued at.
    pub iat: i64,
    /// Not valid before.
    pub nbf: i64,
    /// Not valid from then on.
    pub exp: i64,
    /// Identity of the token.
    pub jti: Uuid,
}

/// What an account may do in general.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Apiv2Schema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Manages everything.
    Admin,
    /// Sees the tasks assigned to them.
    User,
}

impl Role {
    /// The role on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::User => "user",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "admin" => Ok(Self::Admin),
            "user" => Ok(Self::User),
            _ => Err("must be admin or user".to_owned()),
        }
    }
}

impl crate::http::Field for Role {
    fn from_json(value: serde_json::Value) -> Result<Self, String> {
        value.as_str().ok_or_else(|| "must be admin or user".to_owned())?.parse()
    }

    fn wire() -> serde_json::Value {
        crate::http::wire::one_of(&["admin", "user"])
    }
}

impl crate::http::Param for Role {
    fn from_param(text: &str) -> Result<Self, String> {
        text.parse()
    }

    fn wire() -> serde_json::Value {
        <Self as crate::http::Field>::wire()
    }
}
