//! The way of a command to the database: what requests want at the same time is written together
//! ([`operations::run_all`]), what comes by itself is written by itself ([`operations::run`]).

use std::sync::Arc;

use directory::Directory;
use messaging::RelayWaker;
use service_kit::db::{Db, Groups, Member};

use super::{commands::Command, model::Task, operations};
use crate::error::Error;

/// What became of a command; `None`: nothing did, it has to be done by itself.
type Outcome = Option<Result<Task, Error>>;

/// Cheap to clone.
#[derive(Clone)]
pub struct Writer {
    db: Db,
    directory: Directory,
    relay: RelayWaker,
    groups: Arc<Groups<Arc<Command>, Outcome>>,
}

impl Writer {
    /// One that writes there, and wakes the relay then.
    #[must_use]
    pub fn new(db: Db, directory: Directory, relay: RelayWaker) -> Self {
        Self { db, directory, relay, groups: Arc::default() }
    }

    /// Carries out the command; returns the task after it.
    ///
    /// # Errors
    /// What [`operations::run`] says.
    pub async fn run(&self, command: Command) -> Result<Task, Error> {
        let (writer, command) = (self.clone(), Arc::new(command));
        let together = self.groups.join(Arc::clone(&command), move |group| writer.clone().write(group));
        let task = match together.await? {
            Some(outcome) => outcome?,
            None => self.alone(command).await?,
        };
        self.relay.wake();
        Ok(task)
    }

    async fn write(self, group: Vec<Member<Arc<Command>>>) -> Vec<Outcome> {
        if let [Member { job, context }] = &group[..] {
            let alone = self.alone(Arc::clone(job));
            let outcome = match context {
                Some(context) => context.clone().scope(alone).await,
                None => alone.await,
            };
            return vec![Some(outcome)];
        }
        let (count, directory) = (group.len(), self.directory);
        let together = self.db.autocommit(move |conn| operations::run_all(conn, &directory, &group)).await;
        together.unwrap_or_else(|_| (0..count).map(|_| None).collect())
    }

    async fn alone(&self, command: Arc<Command>) -> Result<Task, Error> {
        let directory = self.directory.clone();
        self.db.autocommit(move |conn| operations::run(conn, &directory, &command)).await
    }
}
