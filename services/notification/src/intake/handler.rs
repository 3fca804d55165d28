//! What follows from events, a batch at a time: runs of events about tasks are taken in with a few statements each. What is
//! said about people lies between them, in its place: whoever is deleted was told what came before.

use std::sync::Arc;

use diesel::PgConnection;
use directory::Directory;
use events::{Envelope, RoutingKey, UserData};
use messaging::{EventHandler, HandleError};

use super::tasks;
use crate::{notifications::operations, reminders, webhooks};

/// Handles the queue `notification.events`.
pub struct Intake {
    directory: Directory,
    reminders: reminders::Waker,
    webhooks: webhooks::Waker,
}

impl Intake {
    /// A handler that wakes these after its commits.
    #[must_use]
    pub fn new(directory: Directory, reminders: reminders::Waker, webhooks: webhooks::Waker) -> Self {
        Self { directory, reminders, webhooks }
    }
}

impl EventHandler for Intake {
    fn handle(&self, conn: &mut PgConnection, event: &Envelope) -> Result<(), HandleError> {
        self.handle_all(conn, &[event])
    }

    fn handle_all(&self, conn: &mut PgConnection, events: &[&Envelope]) -> Result<(), HandleError> {
        let events = events.iter().map(|event| Ok((key(event)?, *event)));
        let events: Vec<(RoutingKey, &Envelope)> = events.collect::<Result<_, HandleError>>()?;
        for run in events.chunk_by(|(one, _), (next, _)| one.is_of_task() && next.is_of_task()) {
            webhooks::enqueue::events(conn, run)?;
            match run {
                [(key, event)] if !key.is_of_task() => of_user(conn, *key, event)?,
                tasks => tasks::take_in(conn, tasks, &self.reminders)?,
            }
        }
        Ok(())
    }

    fn committed(&self, events: &[Arc<Envelope>]) {
        let is_of_task = |event: &Arc<Envelope>| event.routing_key().is_some_and(RoutingKey::is_of_task);
        if !events.iter().all(is_of_task) {
            self.directory.wake();
        }
        self.reminders.wake();
        self.webhooks.wake();
    }
}

fn key(event: &Envelope) -> Result<RoutingKey, HandleError> {
    event.routing_key().ok_or_else(|| HandleError::Permanent(format!("unknown event type {}", event.kind)))
}

fn of_user(conn: &mut PgConnection, key: RoutingKey, event: &Envelope) -> Result<(), HandleError> {
    directory::apply(conn, event)?;
    if key == RoutingKey::UserDeleted {
        let data: UserData = event.data_as()?;
        operations::forget(conn, data.user.id)?;
    }
    Ok(())
}
