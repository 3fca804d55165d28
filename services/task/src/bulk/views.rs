//! What clients are told of operations in bulk.

use actix_web::http::StatusCode;
use paperclip::actix::Apiv2Schema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use service_kit::Problem;

use super::requests::Mode;
use crate::tasks::views::TaskView;

/// What became of the operations, in their order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Apiv2Schema)]
pub struct BulkTasksView {
    /// As asked for.
    pub mode: Mode,
    /// How many were done.
    pub succeeded: i64,
    /// How many were not.
    pub failed: i64,
    /// One for each operation.
    pub results: Vec<BulkResultView>,
}

/// What became of one operation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Apiv2Schema)]
pub struct BulkResultView {
    /// The HTTP status that the single call would have had.
    pub status: i32,
    /// The task after it; null when it was deleted, and when the operation failed.
    pub task: Option<TaskView>,
    /// Why it was not done.
    pub problem: Option<Value>,
}

impl BulkResultView {
    /// It was done.
    #[must_use]
    pub fn done(status: StatusCode, task: Option<TaskView>) -> Self {
        Self { status: number(status), task, problem: None }
    }

    /// It was not.
    #[must_use]
    pub fn failed(problem: &Problem) -> Self {
        Self { status: number(problem.status()), task: None, problem: Some(problem.to_json()) }
    }

    /// Whether it was done.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.problem.is_none()
    }
}

impl BulkTasksView {
    /// These results, counted.
    #[must_use]
    pub fn new(mode: Mode, results: Vec<BulkResultView>) -> Self {
        let succeeded = results.iter().filter(|result| result.is_done()).count();
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        Self { mode, succeeded: number(succeeded), failed: number(results.len() - succeeded), results }
    }
}

/// The whole call, when one operation of an atomic one failed: 422, with the result of each; those that would have been
/// done say 424.
#[must_use]
pub fn nothing_applied(results: Vec<BulkResultView>) -> Problem {
    let failed = results.iter().filter(|result| !result.is_done()).count();
    let undone = Problem::new(
        StatusCode::FAILED_DEPENDENCY,
        "not-applied",
        "Not applied",
        "Another operation of this call failed, so that none was done.",
    );
    let results: Vec<BulkResultView> = results
        .into_iter()
        .map(|result| if result.is_done() { BulkResultView::failed(&undone) } else { result })
        .collect();
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "bulk-not-applied",
        "Nothing was applied",
        format!("{failed} of {} operations failed, so that none was done. See results.", results.len()),
    )
    .with_extension("results", serde_json::to_value(results).unwrap_or_default())
}

fn number(status: StatusCode) -> i32 {
    i32::from(status.as_u16())
}
