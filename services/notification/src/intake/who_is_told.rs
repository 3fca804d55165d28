//! Pure: the contract's table of who is told of what, and that nobody is told of what they did themselves.

use events::{RoutingKey, TaskData};
use uuid::Uuid;

use crate::notifications::kind::Kind;

/// Who is told of an event of a task, and as what.
///
/// # Errors
/// When the event does not say who the former assignee was, though its type means that there was one.
pub fn who_is_told(key: RoutingKey, data: &TaskData) -> Result<Vec<(Uuid, Kind)>, String> {
    let (task, actor) = (&data.task, data.actor.id);
    let told = match key {
        // Whom a new task was given to is said by the `task.assigned` that follows.
        RoutingKey::TaskAssigned => vec![(task.assignee_id, Kind::Assigned)],
        RoutingKey::TaskReassigned => {
            vec![(task.assignee_id, Kind::ReAssigned), (Some(said_former_assignee(data)?), Kind::Unassigned)]
        }
        RoutingKey::TaskUnassigned => vec![(Some(said_former_assignee(data)?), Kind::Unassigned)],
        RoutingKey::TaskStatusChanged if actor.is_some() && actor == task.assignee_id => {
            vec![(Some(task.created_by), Kind::StatusChanged)]
        }
        RoutingKey::TaskStatusChanged
        | RoutingKey::TaskCreated
        | RoutingKey::TaskUpdated
        | RoutingKey::TaskDeleted
        | RoutingKey::TaskRestored
        | RoutingKey::UserRegistered
        | RoutingKey::UserUpdated
        | RoutingKey::UserDeactivated
        | RoutingKey::UserReactivated
        | RoutingKey::UserDeleted
        | RoutingKey::UserSessionsRevoked
        | RoutingKey::UserTokenRevoked => Vec::new(),
    };
    let others = told.into_iter().filter_map(|(user, kind)| Some((user?, kind)));
    Ok(others.filter(|(user, _)| Some(*user) != actor).collect())
}

/// Whose the task was, if that is what changed.
pub fn former_assignee(data: &TaskData) -> Option<Uuid> {
    data.changes.get("assignee_id")?.from.as_str()?.parse().ok()
}

fn said_former_assignee(data: &TaskData) -> Result<Uuid, String> {
    former_assignee(data).ok_or_else(|| "changes.assignee_id.from is not the former assignee's id".to_owned())
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use events::{Change, Changes, EventActor, TaskState};
    use serde_json::Value;

    use super::*;

    const CREATOR: Uuid = Uuid::from_u128(1);
    const ANN: Uuid = Uuid::from_u128(2);
    const BOB: Uuid = Uuid::from_u128(3);
    const ADMIN: Uuid = Uuid::from_u128(4);

    fn data(former: Option<Uuid>, assignee: Option<Uuid>, actor: Option<Uuid>) -> TaskData {
        let json = |id: Option<Uuid>| id.map_or(Value::Null, |id| Value::String(id.to_string()));
        let change = Change { from: json(former), to: json(assignee) };
        TaskData {
            task: TaskState {
                id: Uuid::from_u128(9),
                title: "T".to_owned(),
                description: String::new(),
                status: "todo".to_owned(),
                priority: "none".to_owned(),
                due_date: None,
                assignee_id: assignee,
                assigned_to: None,
                created_by: CREATOR,
                version: 2,
                created_at: DateTime::UNIX_EPOCH,
                updated_at: DateTime::UNIX_EPOCH,
                completed_at: None,
                deleted_at: None,
            },
            changes: Changes::from([("assignee_id".to_owned(), change)]),
            actor: EventActor { id: actor, email: None },
        }
    }

    type Row = (RoutingKey, (Option<Uuid>, Option<Uuid>, Option<Uuid>), &'static [(Uuid, Kind)]);

    /// Event; former assignee, assignee, who did it; who is told.
    const TABLE: [Row; 19] = [
        (RoutingKey::TaskCreated, (None, Some(ANN), Some(CREATOR)), &[]),
        (RoutingKey::TaskAssigned, (None, Some(ANN), Some(CREATOR)), &[(ANN, Kind::Assigned)]),
        (RoutingKey::TaskAssigned, (None, Some(ANN), None), &[(ANN, Kind::Assigned)]),
        (RoutingKey::TaskAssigned, (None, Some(CREATOR), Some(CREATOR)), &[]),
        (
            RoutingKey::TaskReassigned,
            (Some(ANN), Some(BOB), Some(ADMIN)),
            &[(BOB, Kind::ReAssigned), (ANN, Kind::Unassigned)],
        ),
        (RoutingKey::TaskReassigned, (Some(ADMIN), Some(BOB), Some(ADMIN)), &[(BOB, Kind::ReAssigned)]),
        (RoutingKey::TaskReassigned, (Some(ANN), Some(ADMIN), Some(ADMIN)), &[(ANN, Kind::Unassigned)]),
        (RoutingKey::TaskUnassigned, (Some(ANN), None, Some(ADMIN)), &[(ANN, Kind::Unassigned)]),
        (RoutingKey::TaskUnassigned, (Some(ADMIN), None, Some(ADMIN)), &[]),
        // The assignee moves the status: the creator is told, …
        (RoutingKey::TaskStatusChanged, (None, Some(ANN), Some(ANN)), &[(CREATOR, Kind::StatusChanged)]),
        // … unless that is the same person; and nobody when somebody else moves it, …
        (RoutingKey::TaskStatusChanged, (None, Some(CREATOR), Some(CREATOR)), &[]),
        (RoutingKey::TaskStatusChanged, (None, Some(ANN), Some(ADMIN)), &[]),
        (RoutingKey::TaskStatusChanged, (None, Some(ANN), Some(CREATOR)), &[]),
        // … or nobody's task moves, or the system moves it.
        (RoutingKey::TaskStatusChanged, (None, None, Some(ADMIN)), &[]),
        (RoutingKey::TaskStatusChanged, (None, None, None), &[]),
        (RoutingKey::TaskUpdated, (None, Some(ANN), Some(ADMIN)), &[]),
        (RoutingKey::TaskDeleted, (None, Some(ANN), Some(ADMIN)), &[]),
        (RoutingKey::TaskRestored, (None, Some(ANN), Some(ADMIN)), &[]),
        (RoutingKey::UserUpdated, (None, Some(ANN), Some(ADMIN)), &[]),
    ];

    #[test]
    fn the_contracts_table() {
        for (key, (former, assignee, actor), expected) in TABLE {
            let told = who_is_told(key, &data(former, assignee, actor));
            assert_eq!(told.as_deref(), Ok(expected), "{key} {former:?} {assignee:?} {actor:?}");
        }
    }

    #[test]
    fn an_event_that_hides_the_former_assignee_is_faulty() {
        for key in [RoutingKey::TaskReassigned, RoutingKey::TaskUnassigned] {
            assert!(who_is_told(key, &data(None, Some(ANN), Some(ADMIN))).is_err());
        }
    }
}
