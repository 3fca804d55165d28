//! What follows from an event: the projection, the directory, and who is told.

use diesel::PgConnection;
use directory::Directory;
use events::{Envelope, RoutingKey, TaskData, UserData};
use messaging::{EventHandler, HandleError};
use uuid::Uuid;

use super::{projection, who_is_told::who_is_told};
use crate::{
    notifications::{
        message::Facts,
        operations,
        recipients::{self, Recipient},
        telling::{News, tell},
    },
    reminders::Waker,
    stream, webhooks,
};

/// Handles the queue `notification.events`.
pub struct Intake {
    directory: Directory,
    reminders: Waker,
    webhooks: webhooks::Waker,
}

impl Intake {
    /// A handler that wakes these after its commits.
    #[must_use]
    pub fn new(directory: Directory, reminders: Waker, webhooks: webhooks::Waker) -> Self {
        Self { directory, reminders, webhooks }
    }

    fn of_task(&self, conn: &mut PgConnection, key: RoutingKey, event: &Envelope) -> Result<(), HandleError> {
        let data: TaskData = event.data_as()?;
        let told = who_is_told(key, &data).map_err(HandleError::Permanent)?;
        if projection::apply(conn, &data.task)? {
            self.reminders.touch(data.task.id);
            stream::tasks::announce(conn, data.task.id, concerned(&data))?;
        }
        let news = |(_, recipient): (usize, Recipient)| News {
            event_id: event.id,
            recipient,
            task_id: data.task.id,
            actor_id: data.actor.id,
            facts: Facts {
                title: &data.task.title,
                actor: data.actor.email.as_deref(),
                due_date: data.task.due_date,
                status: &data.task.status,
                zone: recipient.zone,
                language: recipient.language,
            },
        };
        let news: Vec<_> = recipients::find(conn, &told)?.into_iter().map(news).collect();
        Ok(tell(conn, &news)?)
    }
}

/// Whose task it is, and whose it was.
fn concerned(data: &TaskData) -> impl Iterator<Item = Uuid> {
    let former = data.changes.get("assignee_id").and_then(|change| change.from.as_str()?.parse().ok());
    data.task.assignee_id.into_iter().chain(former)
}

impl EventHandler for Intake {
    fn handle(&self, conn: &mut PgConnection, event: &Envelope) -> Result<(), HandleError> {
        webhooks::enqueue::event(conn, event)?;
        match event.routing_key() {
            Some(
                key @ (RoutingKey::TaskCreated
                | RoutingKey::TaskAssigned
                | RoutingKey::TaskReassigned
                | RoutingKey::TaskUnassigned
                | RoutingKey::TaskStatusChanged
                | RoutingKey::TaskUpdated
                | RoutingKey::TaskDeleted
                | RoutingKey::TaskRestored),
            ) => self.of_task(conn, key, event),
            Some(RoutingKey::UserDeleted) => {
                directory::apply(conn, event)?;
                let data: UserData = event.data_as()?;
                Ok(operations::forget(conn, data.user.id)?)
            }
            Some(
                RoutingKey::UserRegistered
                | RoutingKey::UserUpdated
                | RoutingKey::UserDeactivated
                | RoutingKey::UserReactivated
                | RoutingKey::UserSessionsRevoked
                | RoutingKey::UserTokenRevoked,
            ) => directory::apply(conn, event),
            None => Err(HandleError::Permanent(format!("unknown event type {}", event.kind))),
        }
    }

    fn committed(&self) {
        self.directory.wake();
        self.reminders.wake();
        self.webhooks.wake();
    }
}
