//! Why an operation does not succeed, and the one place where that becomes an answer.

use actix_web::http::{
    StatusCode,
    header::{self, HeaderValue},
};
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use service_kit::{
    Problem,
    db::{DatabaseFault, DbError},
};

/// Name of the unique index on addresses.
const EMAIL_INDEX: &str = "users_email_key";

/// Everything that can go wrong in this service.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No connection.
    #[error(transparent)]
    Db(#[from] DbError),
    /// A statement failed.
    #[error(transparent)]
    Database(DieselError),
    /// Already worded for the client.
    #[error(transparent)]
    Problem(#[from] Problem),
    /// Another account has the address.
    #[error("the e-mail address is in use")]
    EmailTaken,
    /// Nobody would be left who can administer.
    #[error("the last active administrator must stay")]
    LastAdmin,
    /// Wrong address, wrong password, or an account that may not sign in: never told apart.
    #[error("bad credentials")]
    BadCredentials,
    /// The password was right, and a one-time password is needed.
    #[error("one-time password missing")]
    CodeMissing,
    /// The password was right; the one-time password was not, or was used before.
    #[error("one-time password refused")]
    CodeRefused,
    /// The code that came with a change is not the right one.
    #[error("wrong code")]
    WrongCode,
    /// The refresh token is unknown, spent, expired, or its session is over.
    #[error("void refresh token")]
    VoidRefreshToken,
    /// The current password that came with a change is not the right one.
    #[error("wrong current password")]
    WrongPassword,
    /// The token of a mail is unknown, used or too old.
    #[error("void mailed token")]
    VoidMailedToken,
    /// Too many attempts.
    #[error("throttled for {seconds} s")]
    Throttled {
        /// When to come back.
        seconds: u64,
    },
    /// Every place in the queue for password hashing is taken.
    #[error("password hashing is busy")]
    HashingBusy,
    /// A key, a hash or a token could not be made.
    #[error("cryptography: {0}")]
    Crypto(String),
}

impl From<DieselError> for Error {
    fn from(error: DieselError) -> Self {
        match &error {
            DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, info)
                if info.constraint_name() == Some(EMAIL_INDEX) =>
            {
                Self::EmailTaken
            }
            _ => Self::Database(error),
        }
    }
}

impl DatabaseFault for Error {
    fn database_error(&self) -> Option<&DieselError> {
        match self {
            Self::Database(error) => Some(error),
            _ => None,
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Db(error) => error.into(),
            Error::Database(error) => error.into(),
            Error::Problem(problem) => problem,
            Error::EmailTaken => Self::taken("email", "is in use already"),
            Error::LastAdmin => {
                Self::conflict("This is the last active administrator. Make another one first.")
            }
            Error::BadCredentials => Self::unauthorized("Wrong e-mail or password."),
            Error::CodeMissing => half_signed_in(
                "one-time-password-required",
                "One-time password needed",
                "Send `otp` too: a one-time password from your app, or a recovery code.",
            ),
            Error::CodeRefused => half_signed_in(
                "one-time-password-refused",
                "One-time password refused",
                "The one-time password is not the present one, or was used before. Wait for the next one.",
            ),
            Error::WrongCode => Self::invalid("code", "is not the present one, or was used before"),
            Error::VoidRefreshToken => Self::unauthorized("The refresh token is not valid. Sign in again."),
            Error::WrongPassword => Self::invalid("current_password", "is not your password"),
            Error::VoidMailedToken => Self::invalid("token", "is not valid, or not any more"),
            Error::Throttled { seconds } => Self::too_many_requests(seconds),
            Error::HashingBusy => Self::unavailable("Too many people are signing in at the moment."),
            error @ Error::Crypto(_) => Self::internal(&error),
        }
    }
}

/// 401 with a type of its own: told only to who has shown the right password.
fn half_signed_in(slug: &'static str, title: &'static str, detail: &'static str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, slug, title, detail)
        .with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
}
