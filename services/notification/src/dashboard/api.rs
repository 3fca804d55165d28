//! The edge of the dashboard.

use std::time::Duration;

use paperclip::actix::{api_v2_operation, web};
use service_kit::{
    Problem,
    auth::{Actor, Bearer},
    http::{Json, ValidQuery, params::NoParams},
};
use uuid::Uuid;

use super::view::{DashboardUserView, DashboardView, Inbox, TaskSummary};
use crate::{
    error::Error,
    notifications::{queries, views::NotificationView},
    state::AppState,
};

/// What has not come by then is unavailable.
const DEADLINE: Duration = Duration::from_secs(2);
/// Unread notifications that are shown.
const SHOWN: i64 = 20;

/// Show your tasks, your notifications and yourself at a glance.
///
/// The parts come from three services. One that is down, slow or failing leaves its fields null and is `unavailable` in
/// `sections`; the answer is 200 all the same, within 2.2 s.
#[api_v2_operation(operation_id = "read_dashboard")]
pub async fn read_dashboard(
    state: web::Data<AppState>,
    actor: Actor,
    _: ValidQuery<NoParams>,
) -> Result<Json<DashboardView>, Problem> {
    let bearer = &actor.bearer;
    let (user, tasks, inbox) = tokio::join!(
        in_time(user(&state, bearer)),
        in_time(tasks(&state, bearer)),
        in_time(inbox(&state, actor.id()))
    );
    Ok(Json(DashboardView::of(user, tasks, inbox)))
}

async fn in_time<T>(part: impl Future<Output = Option<T>>) -> Option<T> {
    tokio::time::timeout(DEADLINE, part).await.ok().flatten()
}

// A token that is good here and refused there was revoked a moment ago. Within 2 s it is refused here too; until then
// the part is unavailable, as it is for any other reason.

async fn user(state: &AppState, bearer: &Bearer) -> Option<DashboardUserView> {
    state.upstreams.user.get("/api/users/me/", bearer).await.ok()
}

async fn tasks(state: &AppState, bearer: &Bearer) -> Option<TaskSummary> {
    state.upstreams.task.get("/api/tasks/summary/", bearer).await.ok()
}

async fn inbox(state: &AppState, user: Uuid) -> Option<Inbox> {
    let read = state.db.load::<_, _, Error>(move || queries::unread_at_a_glance(user, SHOWN)).await;
    let rows = read.inspect_err(|error| log::warn!("dashboard: {error}")).ok()?;
    let unread = rows.first().and_then(|(_, unread)| *unread).unwrap_or_default();
    let notifications = rows.into_iter().map(|(row, _)| NotificationView::from(row)).collect();
    Some(Inbox { notifications, unread })
}
