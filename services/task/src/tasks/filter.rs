//! From a list's query to what is looked for: names looked up, days turned into instants, permission decided.

use chrono::{DateTime, Utc};
use directory::{Directory, UserRef};
use service_kit::{Problem, auth::Actor};
use uuid::Uuid;

use super::{
    assignee::{AssigneeFilter, AssigneeRef, CreatorFilter},
    priority::Priority,
    requests::ListTasksQuery,
    status::Status,
};
use crate::clock;

/// Among which tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// All that are not in the trash.
    All,
    /// Those of one assignee.
    AssignedTo(Uuid),
    /// Those in the trash.
    Trash,
}

/// Whose tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assigned {
    /// Nobody's.
    Nobody,
    /// This user's.
    To(Uuid),
}

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskFilter {
    /// Among which tasks.
    pub scope: Scope,
    /// In one of these states.
    pub status: Option<Vec<Status>>,
    /// Of one of these priorities.
    pub priority: Option<Vec<Priority>>,
    /// Of this assignee.
    pub assigned: Option<Assigned>,
    /// Of this creator.
    pub created_by: Option<Uuid>,
    /// Due before.
    pub due_before: Option<DateTime<Utc>>,
    /// Due after.
    pub due_after: Option<DateTime<Utc>>,
    /// Open, and due before this instant.
    pub overdue_at: Option<DateTime<Utc>>,
    /// All of these words.
    pub words: Option<String>,
    /// One of these; see [`super::search`].
    pub among: Option<Vec<Uuid>>,
}

impl TaskFilter {
    /// What the caller looks for; `None` when they name an assignee that nobody is, so that nothing can be found.
    ///
    /// # Errors
    /// 403 for the trash of others; 503 when an administrator names somebody who cannot be looked up.
    pub async fn of(
        query: &ListTasksQuery,
        caller: &Actor,
        directory: &Directory,
    ) -> Result<Option<Self>, Problem> {
        let scope = match (query.deleted, caller.is_admin()) {
            (Some(true), true) => Scope::Trash,
            (Some(true), false) => {
                return Err(Problem::forbidden("Only an administrator may look into the trash."));
            }
            (_, true) => Scope::All,
            (_, false) => Scope::AssignedTo(caller.id()),
        };
        let assigned = match &query.assigned_to {
            None => None,
            Some(AssigneeFilter::Nobody) => Some(Assigned::Nobody),
            Some(AssigneeFilter::Me) => Some(Assigned::To(caller.id())),
            Some(AssigneeFilter::User(who)) => match look_up(who, caller, directory).await? {
                Some(id) => Some(Assigned::To(id)),
                None => return Ok(None),
            },
        };
        let zone = caller.account.timezone;
        Ok(Some(Self {
            scope,
            status: query.status.as_ref().map(|status| status.0.clone()),
            priority: query.priority.as_ref().map(|priority| priority.0.clone()),
            assigned,
            created_by: query.created_by.map(|creator| match creator {
                CreatorFilter::Me => caller.id(),
                CreatorFilter::User(id) => id,
            }),
            due_before: query.due_before.map(|due| due.beginning(zone)),
            due_after: query.due_after.map(|due| due.instant(zone)),
            overdue_at: query.overdue.unwrap_or(false).then(clock::now),
            words: query.q.clone().filter(|text| has_word(text)),
            among: None,
        }))
    }

    /// Whose tasks alone are looked for, if they are one user's.
    #[must_use]
    pub fn assignee(&self) -> Option<Uuid> {
        match (self.scope, self.assigned) {
            (Scope::AssignedTo(id), _) | (_, Some(Assigned::To(id))) => Some(id),
            _ => None,
        }
    }

    /// True where all tasks are wanted that the caller may see, but for the trash.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.is_common() && self.status.is_none() && self.scope != Scope::Trash
    }

    /// True for the filters that most lists have: few enough that each connection may keep their statements.
    #[must_use]
    pub fn is_common(&self) -> bool {
        let Self {
            scope: _,
            status: _,
            priority,
            assigned,
            created_by,
            due_before,
            due_after,
            overdue_at,
            words,
            among,
        } = self;
        priority.is_none()
            && assigned.is_none()
            && created_by.is_none()
            && due_before.is_none()
            && due_after.is_none()
            && overdue_at.is_none()
            && words.is_none()
            && among.is_none()
    }
}

/// The id of whoever is meant. A user sees their own tasks only, so for them nobody else needs to be looked up.
async fn look_up(who: &AssigneeRef, caller: &Actor, directory: &Directory) -> Result<Option<Uuid>, Problem> {
    match &who.0 {
        UserRef::Id(id) => Ok(Some(*id)),
        UserRef::Email(email) if email.to_lowercase() == caller.account.email.to_lowercase() => {
            Ok(Some(caller.id()))
        }
        UserRef::Email(_) if !caller.is_admin() => Ok(None),
        UserRef::Email(_) => Ok(directory.resolve(&who.0, &caller.bearer).await?.map(|person| person.id)),
    }
}

/// What has no word in it asks for nothing.
fn has_word(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::has_word;

    #[test]
    fn signs_alone_are_no_words() {
        assert!(has_word("café & 'x"));
        assert!(!has_word("':*( & | !"));
        assert!(!has_word(""));
    }
}
