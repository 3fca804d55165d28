//! Does the operations of a call, inside its transaction: locks their tasks, decides one after the other, writes as sets.

use actix_web::http::StatusCode;
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use directory::Directory;
use service_kit::{Problem, auth::Account};
use uuid::Uuid;

use super::{
    assignees::Assignees,
    requests::{BulkTasksRequest, Mode, Operation},
    views::{BulkResultView, BulkTasksView, nothing_applied},
};
use crate::{
    clock,
    error::Error,
    tasks::{board::Board, decisions, policy, precondition::Precondition, roster::Roster, views::TaskView},
};

/// Does them all, or, if one fails and they are atomic, none.
///
/// # Errors
/// 422 with all results when nothing was applied; the database's.
pub fn run(
    conn: &mut PgConnection,
    directory: &Directory,
    by: &Account,
    request: &BulkTasksRequest,
    assignees: &Assignees,
) -> Result<BulkTasksView, Error> {
    let operations = &request.operations.0;
    let ids: Vec<Uuid> = operations.iter().flatten().filter_map(Operation::id).collect();
    let mut board = Board::lock(conn, directory, &ids)?;
    let call = Call { by, assignees, roster: Roster::read(conn, assignees.people())?, now: clock::now() };
    let mut results = Vec::with_capacity(operations.len());
    for operation in operations {
        let outcome = match operation {
            Ok(operation) => call.decide(&mut board, operation),
            Err(errors) => Err(Problem::validation(errors.clone()).into()),
        };
        results.push(match outcome {
            Ok(result) => result,
            // Not this operation's fault: the call has failed.
            Err(error @ (Error::Db(_) | Error::Database(_) | Error::Event(_))) => return Err(error),
            Err(error) => BulkResultView::failed(&error.into()),
        });
    }
    let mode = request.mode.unwrap_or_default();
    if mode == Mode::Atomic && !results.iter().all(BulkResultView::is_done) {
        return Err(nothing_applied(results).into());
    }
    board.write(conn)?;
    Ok(BulkTasksView::new(mode, results))
}

struct Call<'a> {
    by: &'a Account,
    assignees: &'a Assignees,
    roster: Roster,
    now: DateTime<Utc>,
}

impl Call<'_> {
    fn decide(&self, board: &mut Board, operation: &Operation) -> Result<BulkResultView, Error> {
        match operation {
            Operation::Create(task) => {
                policy::create(self.by)?;
                let request = task.as_ref().map_err(|errors| Problem::validation(errors.clone()))?;
                let assignee =
                    request.assigned_to.as_ref().map(|who| self.assignees.find(who)).transpose()?;
                let task = request.task(self.by, self.now);
                let task = board.put(decisions::create(self.by, task, assignee, &self.roster)?);
                Ok(BulkResultView::done(StatusCode::CREATED, Some(TaskView::from(task))))
            }
            Operation::Update { id, if_version, changes } => {
                let request = changes.values(self.by)?;
                let assignee = match &request.assigned_to {
                    None => None,
                    Some(who) => Some(who.as_ref().map(|who| self.assignees.find(who).cloned()).transpose()?),
                };
                let change = request.change(changes.intent, self.by.timezone, assignee);
                let before = board.task(*id)?;
                let precondition = condition(*if_version);
                let decision =
                    decisions::change(self.by, before, &change, &precondition, &self.roster, self.now)?;
                let task = match decision {
                    Some(decision) => board.put(decision),
                    None => before.clone(),
                };
                Ok(BulkResultView::done(StatusCode::OK, Some(TaskView::from(task))))
            }
            Operation::Delete { id, if_version } => {
                let decision =
                    decisions::delete(self.by, board.task(*id)?, &condition(*if_version), self.now)?;
                board.put(decision);
                Ok(BulkResultView::done(StatusCode::NO_CONTENT, None))
            }
        }
    }
}

fn condition(if_version: Option<i64>) -> Precondition {
    if_version.map_or(Precondition::None, Precondition::Version)
}
