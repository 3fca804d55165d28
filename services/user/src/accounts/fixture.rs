//! Accounts for unit tests.

use chrono::DateTime;
use uuid::Uuid;

use super::model::User;

/// Ann, an ordinary user.
pub(crate) fn user() -> User {
    User {
        id: Uuid::from_u128(1),
        email: "Ann@example.org".to_owned(),
        email_key: "ann@example.org".to_owned(),
        username: None,
        role: "user".to_owned(),
        is_active: true,
        timezone: "UTC".to_owned(),
        password_hash: "!".to_owned(),
        not_before: None,
        version: 1,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
        deleted_at: None,
        email_verified_at: None,
    }
}

/// Ann, an administrator.
pub(crate) fn admin() -> User {
    User { role: "admin".to_owned(), ..user() }
}
