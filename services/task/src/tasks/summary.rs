//! What the dashboard shows of the caller's own tasks.

use chrono::{DateTime, Utc};
use paperclip::actix::{Apiv2Schema, api_v2_operation, web};
use serde::Serialize;
use service_kit::{
    Problem,
    auth::Actor,
    http::{Json, ValidQuery, params::NoParams},
};

use super::{
    model::Task,
    summary_query::{Counts, ReadSummary},
    views::TaskView,
};
use crate::{clock, error::Error, state::AppState};

/// A task of the dashboard.
#[derive(Debug, Clone, Serialize, Apiv2Schema)]
pub struct SummaryTaskView {
    /// The task itself.
    #[serde(flatten)]
    pub task: TaskView,
    /// Open, and due within the next 24 hours.
    pub task_due: bool,
}

/// How many of the caller's tasks are in each state.
#[derive(Debug, Clone, Serialize, Apiv2Schema)]
pub struct TaskCountsView {
    /// Not begun.
    pub todo: i64,
    /// Begun.
    #[serde(rename = "in-progress")]
    pub in_progress: i64,
    /// Done.
    pub completed: i64,
}

/// The caller's own tasks at a glance.
#[derive(Debug, Clone, Serialize, Apiv2Schema)]
pub struct TaskSummaryView {
    /// The first 20 open ones by due date; undated ones last.
    pub tasks: Vec<SummaryTaskView>,
    /// Open, and due within the next 24 hours.
    pub due_soon_count: i64,
    /// Open, and past the due date.
    pub overdue_count: i64,
    /// All of them by status.
    pub by_status: TaskCountsView,
}

/// Show the caller's own tasks at a glance: the first open ones, and counts.
#[api_v2_operation(operation_id = "read_task_summary")]
pub async fn read_task_summary(
    state: web::Data<AppState>,
    actor: Actor,
    _: ValidQuery<NoParams>,
) -> Result<Json<TaskSummaryView>, Problem> {
    let now = clock::now();
    let of = actor.id();
    let rows: Vec<(Counts, Option<Task>)> =
        state.db.load::<_, _, Error>(move || ReadSummary::new(of, now)).await?;
    let counts = rows.first().map_or_else(Counts::default, |(counts, _)| *counts);
    let (todo, in_progress, completed, due_soon_count, overdue_count) = counts;
    let tasks = rows.into_iter().filter_map(|(_, task)| task);
    Ok(Json(TaskSummaryView {
        tasks: tasks.map(|task| view(task.with_present_email(&state.directory), now)).collect(),
        due_soon_count,
        overdue_count,
        by_status: TaskCountsView { todo, in_progress, completed },
    }))
}

fn view(task: Task, now: DateTime<Utc>) -> SummaryTaskView {
    let task_due = task.is_due_soon(now);
    SummaryTaskView { task: task.into(), task_due }
}
