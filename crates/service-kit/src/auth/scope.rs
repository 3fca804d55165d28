//! Scopes of personal access tokens, and what each operation demands of such a token: the whole table on one screen.
//!
//! A route that is not in the table takes no personal access token at all. So nothing becomes reachable by one because
//! somebody forgot it here.

use std::{fmt, str::FromStr};

use paperclip::actix::Apiv2Schema;
use serde::{Deserialize, Serialize};

/// One thing that a personal access token may be used for; always within what its owner may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Apiv2Schema)]
pub enum Scope {
    /// Reads tasks.
    #[serde(rename = "tasks:read")]
    TasksRead,
    /// Creates, changes and deletes tasks.
    #[serde(rename = "tasks:write")]
    TasksWrite,
    /// Reads notifications and their preferences.
    #[serde(rename = "notifications:read")]
    NotificationsRead,
    /// Marks, deletes, and sets preferences.
    #[serde(rename = "notifications:write")]
    NotificationsWrite,
    /// Reads the owner's account.
    #[serde(rename = "profile:read")]
    ProfileRead,
    /// Changes the owner's name and time zone.
    #[serde(rename = "profile:write")]
    ProfileWrite,
    /// Reads accounts; for administrators.
    #[serde(rename = "users:read")]
    UsersRead,
    /// Makes, changes and deletes accounts; for administrators.
    #[serde(rename = "users:write")]
    UsersWrite,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 8] = [
        Self::TasksRead,
        Self::TasksWrite,
        Self::NotificationsRead,
        Self::NotificationsWrite,
        Self::ProfileRead,
        Self::ProfileWrite,
        Self::UsersRead,
        Self::UsersWrite,
    ];

    /// The scope on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TasksRead => "tasks:read",
            Self::TasksWrite => "tasks:write",
            Self::NotificationsRead => "notifications:read",
            Self::NotificationsWrite => "notifications:write",
            Self::ProfileRead => "profile:read",
            Self::ProfileWrite => "profile:write",
            Self::UsersRead => "users:read",
            Self::UsersWrite => "users:write",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Scope {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = || Self::ALL.map(Self::as_str).join(", ");
        Self::ALL
            .into_iter()
            .find(|scope| scope.as_str() == text)
            .ok_or_else(|| format!("must be one of {}", known()))
    }
}

impl crate::http::Field for Scope {
    fn from_json(value: serde_json::Value) -> Result<Self, String> {
        value.as_str().ok_or_else(|| "must be a string".to_owned())?.parse()
    }

    fn wire() -> serde_json::Value {
        crate::http::wire::one_of(&Self::ALL.map(Self::as_str))
    }
}

/// The scopes of one token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scopes(u16);

impl Scopes {
    /// From their names. One that this build does not know gives nothing here.
    #[must_use]
    pub fn from_names<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> Self {
        names.into_iter().filter_map(|name| name.as_ref().parse().ok()).collect()
    }

    /// Whether it is among them.
    #[must_use]
    pub const fn contains(self, scope: Scope) -> bool {
        self.0 & (1 << scope as u16) != 0
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |bits, scope| bits | 1 << scope as u16))
    }
}

/// What an operation demands of a personal access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Demand {
    /// All of these scopes; of none, if the list is empty.
    Scopes(&'static [Scope]),
    /// To be left alone: the operation is for somebody who has signed in.
    Session,
}

/// What the operation at this URL template (`/api/tasks/{id}`) demands.
#[must_use]
pub fn demand(method: &str, template: &str) -> Demand {
    use Scope::{
        NotificationsRead, NotificationsWrite, ProfileRead, ProfileWrite, TasksRead, TasksWrite, UsersRead,
        UsersWrite,
    };
    let reads = method.eq_ignore_ascii_case("get") || method.eq_ignore_ascii_case("head");
    let by =
        |read: &'static [Scope], write: &'static [Scope]| Demand::Scopes(if reads { read } else { write });
    let segments: Vec<&str> = template.trim_matches('/').split('/').collect();
    match segments.as_slice() {
        // What tells strangers goes on telling them when the token is over.
        ["api", _, "webhooks" | "feeds" | "feed", ..] => Demand::Session,
        ["api", "tasks", ..] => by(&[TasksRead], &[TasksWrite]),
        ["api", "notifications", ..] => by(&[NotificationsRead], &[NotificationsWrite]),
        ["api", "users", "dashboard"] => Demand::Scopes(&[ProfileRead, TasksRead, NotificationsRead]),
        ["api", "users", "me"] => by(&[ProfileRead], &[ProfileWrite]),
        // Says what the token itself is.
        ["api", "users", "me", "tokens", "current"] => Demand::Scopes(&[]),
        ["api", "users", "audit", ..] if reads => Demand::Scopes(&[UsersRead]),
        ["api", "users"] | ["api", "users", "{id}"] => by(&[UsersRead], &[UsersWrite]),
        ["api", "users", "register"] => Demand::Scopes(&[UsersWrite]),
        // Passwords, sessions, one-time passwords, tokens, and whatever is not named above.
        _ => Demand::Session,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_survives_its_name() {
        for scope in Scope::ALL {
            assert_eq!(scope.as_str().parse(), Ok(scope));
            assert_eq!(serde_json::to_value(scope).expect("JSON"), scope.as_str());
            let one = Scopes::from_names([scope.as_str()]);
            assert!(Scope::ALL.iter().all(|other| one.contains(*other) == (*other == scope)));
        }
        assert_eq!(Scopes::from_names(["tasks:burn"]), Scopes::default());
    }

    #[test]
    fn what_is_not_in_the_table_wants_a_session() {
        for path in
            ["/api/users/me/password", "/api/users/me/tokens", "/api/users/me/sessions/{id}", "/api/new"]
        {
            assert_eq!(demand("GET", path), Demand::Session, "{path}");
        }
    }

    #[test]
    fn reading_and_writing_are_two_things() {
        assert_eq!(demand("GET", "/api/tasks/{id}/history/"), Demand::Scopes(&[Scope::TasksRead]));
        assert_eq!(demand("head", "/api/tasks"), Demand::Scopes(&[Scope::TasksRead]));
        assert_eq!(demand("DELETE", "/api/tasks/{id}"), Demand::Scopes(&[Scope::TasksWrite]));
    }
}
