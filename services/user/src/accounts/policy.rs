//! Pure: what an account may do, and what a change of it entails.

use super::model::User;

/// Whether a token may be handed out to this account: asked on every path that does so.
#[must_use]
pub fn can_issue(user: &User) -> bool {
    user.is_active && user.deleted_at.is_none()
}

/// Whether the change takes something away, so that everybody using the account must sign in anew.
#[must_use]
pub fn ends_sessions(before: &User, after: &User) -> bool {
    (can_issue(before) && !can_issue(after)) || (before.is_active_admin() && !after.is_active_admin())
}

/// Whether the change takes an active administrator away.
#[must_use]
pub fn removes_admin(before: &User, after: &User) -> bool {
    before.is_active_admin() && !after.is_active_admin()
}

#[cfg(test)]
mod tests {
    use chrono::Utc;

    use super::*;
    use crate::accounts::fixture::{admin, user};

    #[test]
    fn disabled_and_deleted_accounts_get_no_token() {
        assert!(can_issue(&user()));
        assert!(!can_issue(&User { is_active: false, ..user() }));
        assert!(!can_issue(&User { deleted_at: Some(Utc::now()), ..user() }));
    }

    #[test]
    fn what_takes_away_ends_sessions_and_what_gives_does_not() {
        let disabled = User { is_active: false, ..user() };
        assert!(ends_sessions(&admin(), &user()));
        assert!(ends_sessions(&user(), &disabled));
        assert!(ends_sessions(&user(), &User { deleted_at: Some(Utc::now()), ..user() }));
        assert!(!ends_sessions(&user(), &admin()));
        assert!(!ends_sessions(&disabled, &user()));
        assert!(!ends_sessions(&admin(), &User { username: Some("New".to_owned()), ..admin() }));
    }

    #[test]
    fn only_active_admins_count() {
        assert!(removes_admin(&admin(), &user()));
        assert!(!removes_admin(&User { is_active: false, ..admin() }, &user()));
        assert!(!removes_admin(&user(), &User { is_active: false, ..user() }));
    }
}
