//! Routing keys, and the event types that belong to them one to one.

use std::{fmt, str::FromStr};

/// Name of the durable topic exchange that every event is published to.
pub const EXCHANGE: &str = "docket.events";

/// Every queue of the system and what it receives. Publishers declare them all before they publish, so that an event
/// finds its consumers' queues whichever service started first.
pub const QUEUES: [(&str, &[&str]); 2] = [TASK_DIRECTORY, NOTIFICATION_EVENTS];

/// The task service's directory of users.
pub const TASK_DIRECTORY: (&str, &[&str]) = ("task.directory", &["user.*"]);

/// The notification service: what to tell whom, and its directory of users.
pub const NOTIFICATION_EVENTS: (&str, &[&str]) = ("notification.events", &["task.*", "user.*"]);

/// What happened, as the broker routes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RoutingKey {
    /// A task was created.
    TaskCreated,
    /// A task without an assignee got one (also at creation).
    TaskAssigned,
    /// The assignee changed from one user to another.
    TaskReassigned,
    /// The assignee was removed.
    TaskUnassigned,
    /// The status moved.
    TaskStatusChanged,
    /// Another field changed.
    TaskUpdated,
    /// The task went to the trash.
    TaskDeleted,
    /// The task came back from the trash.
    TaskRestored,
    /// An account was made.
    UserRegistered,
    /// An account's e-mail, name, role or time zone changed.
    UserUpdated,
    /// An account was disabled.
    UserDeactivated,
    /// An account was enabled again.
    UserReactivated,
    /// An account was deleted.
    UserDeleted,
    /// Sessions ended before their time; their access tokens are void.
    UserSessionsRevoked,
    /// A personal access token was revoked.
    UserTokenRevoked,
}

impl RoutingKey {
    /// Every routing key.
    pub const ALL: [Self; 15] = [
        Self::TaskCreated,
        Self::TaskAssigned,
        Self::TaskReassigned,
        Self::TaskUnassigned,
        Self::TaskStatusChanged,
        Self::TaskUpdated,
        Self::TaskDeleted,
        Self::TaskRestored,
        Self::UserRegistered,
        Self::UserUpdated,
        Self::UserDeactivated,
        Self::UserReactivated,
        Self::UserDeleted,
        Self::UserSessionsRevoked,
        Self::UserTokenRevoked,
    ];

    /// The key on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TaskCreated => "task.created",
            Self::TaskAssigned => "task.assigned",
            Self::TaskReassigned => "task.reassigned",
            Self::TaskUnassigned => "task.unassigned",
            Self::TaskStatusChanged => "task.status_changed",
            Self::TaskUpdated => "task.updated",
            Self::TaskDeleted => "task.deleted",
            Self::TaskRestored => "task.restored",
            Self::UserRegistered => "user.registered",
            Self::UserUpdated => "user.updated",
            Self::UserDeactivated => "user.deactivated",
            Self::UserReactivated => "user.reactivated",
            Self::UserDeleted => "user.deleted",
            Self::UserSessionsRevoked => "user.sessions_revoked",
            Self::UserTokenRevoked => "user.token_revoked",
        }
    }

    /// The CloudEvents `type`: `docket.<key>.v1`.
    #[must_use]
    pub fn event_type(self) -> String {
        format!("docket.{}.v1", self.as_str())
    }

    /// Whether the event is about a task, not about a user.
    #[must_use]
    pub fn is_of_task(self) -> bool {
        self.as_str().starts_with("task.")
    }

    /// The CloudEvents `source`.
    #[must_use]
    pub fn source(self) -> &'static str {
        if self.is_of_task() { "/services/task" } else { "/services/user" }
    }

    /// The key of an event type; `None` for an unknown type or version.
    #[must_use]
    pub fn from_event_type(kind: &str) -> Option<Self> {
        kind.strip_prefix("docket.")?.strip_suffix(".v1")?.parse().ok()
    }
}

impl fmt::Display for RoutingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text is no routing key of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownRoutingKey;

impl FromStr for RoutingKey {
    type Err = UnknownRoutingKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|key| key.as_str() == text).ok_or(UnknownRoutingKey)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_survives_its_event_type() {
        for key in RoutingKey::ALL {
            assert_eq!(RoutingKey::from_event_type(&key.event_type()), Some(key));
        }
        assert_eq!(RoutingKey::from_event_type("docket.task.assigned.v2"), None);
    }
}
