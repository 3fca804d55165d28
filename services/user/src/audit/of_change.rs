//! Pure: what a change of an account is recorded as.

use serde_json::{Value, json};
use uuid::Uuid;

use super::action::Action;
use crate::accounts::model::User;

/// One entry for each thing that happened. Addresses, names and roles are told; hashes are not.
#[must_use]
pub fn actions(before: &User, after: &User, ended: &[Uuid]) -> Vec<(Action, Value)> {
    let mut actions = Vec::new();
    let is_deleted = before.deleted_at.is_none() && after.deleted_at.is_some();
    let from_to = |from: &Value, to: &Value| json!({"from": from, "to": to});
    if before.email != after.email {
        actions.push((Action::EmailChanged, from_to(&json!(before.email), &json!(after.email))));
    }
    let mut details = serde_json::Map::new();
    for (field, from, to) in [
        ("username", json!(before.username), json!(after.username)),
        ("timezone", json!(before.timezone), json!(after.timezone)),
    ] {
        if from != to {
            details.insert(field.to_owned(), from_to(&from, &to));
        }
    }
    if !details.is_empty() {
        actions.push((Action::UserUpdated, details.into()));
    }
    if before.role != after.role {
        actions.push((Action::RoleChanged, from_to(&json!(before.role), &json!(after.role))));
    }
    if before.is_active != after.is_active {
        let action = if after.is_active { Action::UserEnabled } else { Action::UserDisabled };
        actions.push((action, json!({})));
    }
    if is_deleted {
        actions.push((Action::UserDeleted, json!({})));
    }
    if before.password_hash != after.password_hash && !is_deleted {
        actions.push((Action::PasswordChanged, json!({})));
    }
    if !ended.is_empty() {
        actions.push((Action::SessionEnded, json!({"sessions": ended})));
    }
    actions
}

#[cfg(test)]
mod tests {
    use chrono::Utc;

    use super::*;
    use crate::accounts::fixture::{admin, user};

    fn names(before: &User, after: &User, ended: &[Uuid]) -> Vec<&'static str> {
        actions(before, after, ended).into_iter().map(|(action, _)| action.as_str()).collect()
    }

    #[test]
    fn each_thing_that_happened_is_one_entry() {
        assert!(names(&user(), &user(), &[]).is_empty());
        let sid = Uuid::from_u128(7);
        assert_eq!(names(&admin(), &user(), &[sid]), ["user.role_changed", "session.ended"]);
        let disabled = User { is_active: false, username: Some("New".to_owned()), ..user() };
        assert_eq!(names(&user(), &disabled, &[]), ["user.updated", "user.disabled"]);
        assert_eq!(names(&disabled, &User { is_active: true, ..disabled.clone() }, &[]), ["user.enabled"]);
        let deleted = User { deleted_at: Some(Utc::now()), password_hash: "!!".to_owned(), ..user() };
        assert_eq!(names(&user(), &deleted, &[]), ["user.deleted"]);
    }

    #[test]
    fn hashes_are_told_nowhere() {
        let after =
            User { password_hash: "new hash".to_owned(), email: "new@example.org".to_owned(), ..user() };
        let told = actions(&User { password_hash: "old hash".to_owned(), ..user() }, &after, &[]);
        let names: Vec<Action> = told.iter().map(|(action, _)| *action).collect();
        assert_eq!(names, [Action::EmailChanged, Action::PasswordChanged]);
        let text = format!("{told:?}");
        assert!(text.contains("new@example.org") && !text.contains("hash"), "{text}");
    }
}
