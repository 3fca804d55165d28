//! The edge of the trash. (What is in it is listed by `GET /api/tasks/?deleted=true`.)

use paperclip::actix::{api_v2_operation, web};
use service_kit::{
    Problem,
    auth::Actor,
    http::{
        Id, IdempotencyKey, IfMatch, Replayable, ValidQuery, Versioned,
        idempotency::{self, Scope},
        params::NoParams,
    },
};
use uuid::Uuid;

use crate::{
    error::Error,
    state::AppState,
    tasks::{
        commands::{Command, Deed},
        operations,
        precondition::Precondition,
        views::TaskView,
    },
};

/// Take a task out of the trash.
///
/// 409 when it is not there.
#[api_v2_operation(operation_id = "restore_task")]
pub async fn restore_task(
    state: web::Data<AppState>,
    actor: Actor,
    id: Id,
    _: ValidQuery<NoParams>,
    key: IdempotencyKey,
    if_match: IfMatch,
) -> Result<Replayable<Versioned<TaskView>>, Problem> {
    let Id(id) = id;
    let caller = actor.id().to_string();
    let scope = Scope { caller, route: "/api/tasks/{id}/restore", key, digest: digest(id) };
    let deed = Deed::Restore(Precondition::Header(if_match));
    let (directory, command) = (state.directory.clone(), Command { by: actor.account, id, deed });
    let once = state.db.transaction(move |conn| {
        idempotency::once(conn, &scope, |conn| {
            let task = operations::run(conn, &directory, &command)?;
            Ok::<_, Error>(TaskView::from(task))
        })
    });
    let once = once.await?;
    state.relay.wake();
    Ok(Replayable { reply: Versioned(once.reply), replayed: once.replayed })
}

/// There is no body; what makes two of these requests the same is the task.
fn digest(id: Uuid) -> [u8; 32] {
    let mut digest = [0; 32];
    digest[..16].copy_from_slice(id.as_bytes());
    digest
}
