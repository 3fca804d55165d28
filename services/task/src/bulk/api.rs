//! The edge of bulk.

use paperclip::actix::{api_v2_operation, web};
use service_kit::{
    Problem,
    auth::Actor,
    http::{
        IdempotencyKey, Json, Replayable, ValidJson, ValidQuery,
        idempotency::{self, Scope},
        params::NoParams,
    },
};

use super::{
    assignees::Assignees,
    operations,
    requests::{BulkTasksRequest, Operation},
    views::BulkTasksView,
};
use crate::{state::AppState, tasks::assignee::AssigneeRef};

/// Create, change and delete up to 1,000 tasks in one call.
///
/// Each operation is what the single call is, with the same rules, history and events: `create` as `POST /api/tasks/`,
/// `update` as `PATCH`, `delete` as `DELETE`; `if_version` takes the place of `If-Match`. They are done in their order, in
/// one transaction; a task may occur more than once. In mode `atomic` one that fails undoes all: 422, and `results` in the
/// problem tells of each. In mode `independent` the others are done: 200, with the status of each. The body may have
/// 4 MiB. Administrators do everything; whoever is not one moves the status of their own tasks.
#[api_v2_operation(operation_id = "bulk_tasks")]
pub async fn bulk_tasks(
    state: web::Data<AppState>,
    actor: Actor,
    _: ValidQuery<NoParams>,
    key: IdempotencyKey,
    body: ValidJson<BulkTasksRequest>,
) -> Result<Replayable<Json<BulkTasksView>>, Problem> {
    let scope = Scope { caller: actor.id().to_string(), route: "/api/tasks/bulk", key, digest: body.digest };
    let request = body.value;
    // Whoever is no administrator will be refused, and need not learn who exists.
    let named = if actor.is_admin() { named(&request) } else { Vec::new() };
    let assignees = Assignees::look_up(&state.directory, &actor.bearer, named).await;
    let directory = state.directory.clone();
    let once = state.db.transaction(move |conn| {
        idempotency::once(conn, &scope, |conn| {
            // Its failure counts only if the work is to be done: a repeated request has its answer already.
            operations::run(
                conn,
                &directory,
                &actor.account,
                &request,
                assignees.as_ref().map_err(Clone::clone)?,
            )
        })
    });
    let once = once.await?;
    state.relay.wake();
    Ok(Replayable { reply: Json(once.reply), replayed: once.replayed })
}

fn named(request: &BulkTasksRequest) -> Vec<AssigneeRef> {
    let of_operation = |operation: &Operation| match operation {
        Operation::Create(Ok(task)) => task.assigned_to.clone(),
        Operation::Update { changes, .. } => changes.assignee().cloned(),
        Operation::Create(Err(_)) | Operation::Delete { .. } => None,
    };
    request.operations.0.iter().flatten().filter_map(of_operation).collect()
}
