//! Pure: what a write makes of a task (its row, its history, what is told of it), or why it is refused. The one truth of
//! single calls, bulk and import: they differ in how they read and write, and in nothing else.

use chrono::{DateTime, Utc};
use directory::Person;
use events::{Envelope, RoutingKey};
use service_kit::auth::Account;

use super::{
    changes::{TaskChange, differences},
    events as news,
    model::Task,
    policy,
    precondition::Precondition,
    roster::Roster,
};
use crate::{
    error::Error,
    history::entry::{self, Action, Entry},
};

/// What is to be written, all of it or nothing.
#[derive(Debug)]
pub struct Decision {
    /// The task before; `None` for a new one.
    pub before: Option<Task>,
    /// The task after.
    pub after: Task,
    /// Rows of its history.
    pub history: Vec<Entry>,
    /// Events, in order.
    pub events: Vec<Envelope>,
}

/// A new task; `task` says everything but who is to do it.
///
/// # Errors
/// What [`policy::create`] says; [`Error::NoSuchAssignee`] when they are not active (any more).
pub fn create(
    by: &Account,
    task: Task,
    assignee: Option<&Person>,
    roster: &Roster,
) -> Result<Decision, Error> {
    policy::create(by)?;
    roster.require_active(assignee)?;
    let after = Task {
        assignee_id: assignee.map(|person| person.id),
        assignee_email: assignee.map(|person| person.email.clone()),
        ..task
    };
    let history = vec![entry::action(Action::Created, &after, by)];
    let events = news::of_creation(&after, by)?;
    Ok(Decision { before: None, after, history, events })
}

/// A change; `None` when it changes nothing.
///
/// # Errors
/// What [`policy::change`] says; 412; [`Error::NoSuchAssignee`] when the new one is not active (any more).
pub fn change(
    by: &Account,
    before: &Task,
    change: &TaskChange,
    precondition: &Precondition,
    roster: &Roster,
    now: DateTime<Utc>,
) -> Result<Option<Decision>, Error> {
    policy::change(by, before, change.intent)?;
    precondition.check(before)?;
    let after = change.apply(before, now);
    let differences = differences(before, &after);
    if differences.is_empty() {
        return Ok(None);
    }
    // Whoever has the task already keeps it, also when disabled.
    if after.assignee_id != before.assignee_id {
        roster.require_active(change.assignee.as_ref().and_then(Option::as_ref))?;
    }
    let history = entry::changes(&differences, &after, by);
    let events = news::of_change(before, &after, &differences, by)?;
    Ok(Some(Decision { before: Some(before.clone()), after, history, events }))
}

/// Into the trash.
///
/// # Errors
/// What [`policy::delete`] says; 412.
pub fn delete(
    by: &Account,
    before: &Task,
    precondition: &Precondition,
    now: DateTime<Utc>,
) -> Result<Decision, Error> {
    policy::delete(by, before)?;
    precondition.check(before)?;
    let now = now.max(before.updated_at);
    let after = Task { deleted_at: Some(now), ..moved(before, now) };
    told(by, before, after, Action::Deleted, RoutingKey::TaskDeleted)
}

/// Out of the trash.
///
/// # Errors
/// What [`policy::restore`] says; 412.
pub fn restore(
    by: &Account,
    before: &Task,
    precondition: &Precondition,
    now: DateTime<Utc>,
) -> Result<Decision, Error> {
    policy::restore(by, before)?;
    precondition.check(before)?;
    let after = Task { deleted_at: None, ..moved(before, now.max(before.updated_at)) };
    told(by, before, after, Action::Restored, RoutingKey::TaskRestored)
}

fn moved(before: &Task, now: DateTime<Utc>) -> Task {
    Task { updated_at: now, version: before.version + 1, ..before.clone() }
}

fn told(
    by: &Account,
    before: &Task,
    after: Task,
    action: Action,
    key: RoutingKey,
) -> Result<Decision, Error> {
    let history = vec![entry::action(action, &after, by)];
    let events = news::of_move(key, &after, by)?;
    Ok(Decision { before: Some(before.clone()), after, history, events })
}

#[cfg(test)]
mod tests {
    use service_kit::auth::Role;

    use super::*;
    use crate::tasks::{
        fixture::{account, assigned, person, task},
        policy::Intent,
        status::Status,
    };

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_000_000, 0).expect("in range")
    }

    fn hand_to(person: Person) -> TaskChange {
        TaskChange { assignee: Some(Some(person)), ..TaskChange::new(Intent::Edit) }
    }

    #[test]
    fn a_disabled_user_is_given_nothing_new_and_keeps_what_they_have() {
        let admin = account(1, Role::Admin);
        let disabled = Person { is_active: false, ..person(7) };
        let none = Precondition::None;
        let roster = Roster::of([disabled]);
        // What was looked up before says active; what is known now counts.
        let given = change(&admin, &task(), &hand_to(person(7)), &none, &roster, now());
        assert!(matches!(given, Err(Error::NoSuchAssignee)));
        let kept = change(&admin, &assigned(7), &hand_to(person(7)), &none, &roster, now()).expect("kept");
        assert!(kept.is_none());
        assert!(matches!(create(&admin, task(), Some(&person(7)), &roster), Err(Error::NoSuchAssignee)));
        assert!(create(&admin, task(), Some(&person(8)), &roster).is_ok());
    }

    #[test]
    fn row_history_and_events_belong_together() {
        let (admin, nobody) = (account(1, Role::Admin), Roster::default());
        let none = Precondition::None;
        let moved = TaskChange { status: Some(Status::Completed), ..TaskChange::new(Intent::MoveStatus) };
        let change = change(&admin, &task(), &moved, &none, &nobody, now()).expect("may").expect("something");
        let deleted = delete(&admin, &change.after, &none, now()).expect("may");
        let restored = restore(&admin, &deleted.after, &none, now()).expect("may");
        for (decision, version) in [(&change, 2), (&deleted, 3), (&restored, 4)] {
            assert_eq!(decision.after.version, version);
            assert!(decision.history.iter().all(|entry| entry.version == version));
            assert!(decision.events.iter().all(|event| event.sequence == version));
            assert_eq!((decision.history.len(), decision.events.len()), (1, 1));
        }
        assert_eq!(restored.after, Task { version: 4, ..change.after });
    }

    #[test]
    fn who_may_not_is_refused_before_the_state_is_compared() {
        let stranger = account(2, Role::User);
        let stale = Precondition::Version(9);
        assert!(matches!(delete(&stranger, &assigned(7), &stale, now()), Err(Error::NoSuchTask)));
        let admin = account(1, Role::Admin);
        assert!(matches!(delete(&admin, &assigned(7), &stale, now()), Err(Error::Problem(_))));
        assert!(matches!(create(&stranger, task(), None, &Roster::default()), Err(Error::NotAllowed(_))));
    }
}
