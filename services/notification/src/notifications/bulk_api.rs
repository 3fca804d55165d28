//! The edge of what is done to many notifications at once.

use paperclip::actix::{api_v2_operation, web};
use service_kit::{
    Problem,
    auth::Actor,
    http::{
        IdempotencyKey, Json, Replayable, ValidQuery,
        idempotency::{self, Scope},
    },
};
use sha2::{Digest as _, Sha256};

use super::{
    operations,
    requests::{ArchiveAllNotificationsQuery, InboxState, ReadAllNotificationsQuery},
    views::UpdatedCountView,
};
use crate::state::AppState;

/// Mark all your unread notifications as read: all, or those of some types or about one task.
#[api_v2_operation(operation_id = "read_all_notifications")]
pub async fn read_all_notifications(
    state: web::Data<AppState>,
    actor: Actor,
    query: ValidQuery<ReadAllNotificationsQuery>,
    key: IdempotencyKey,
) -> Result<Replayable<Json<UpdatedCountView>>, Problem> {
    let (user, ValidQuery(query)) = (actor.id(), query);
    let scope = Scope {
        caller: user.to_string(),
        route: "/api/notifications/read-all",
        key,
        digest: digest(&format!("{query:?}")),
    };
    let kinds = query.r#type.map(|kinds| kinds.0);
    let work = state.db.transaction(move |conn| {
        idempotency::once(conn, &scope, |conn| operations::read_all(conn, user, &kinds, query.task))
    });
    let once = work.await?;
    Ok(Replayable { reply: web::Json(once.reply), replayed: once.replayed })
}

/// Archive your inbox: all of it, or what is read, of some types, or about one task.
#[api_v2_operation(operation_id = "archive_all_notifications")]
pub async fn archive_all_notifications(
    state: web::Data<AppState>,
    actor: Actor,
    query: ValidQuery<ArchiveAllNotificationsQuery>,
    key: IdempotencyKey,
) -> Result<Replayable<Json<UpdatedCountView>>, Problem> {
    let (user, ValidQuery(query)) = (actor.id(), query);
    let scope = Scope {
        caller: user.to_string(),
        route: "/api/notifications/archive-all",
        key,
        digest: digest(&format!("{query:?}")),
    };
    let which = query.state.unwrap_or(InboxState::All);
    let kinds = query.r#type.map(|kinds| kinds.0);
    let work = state.db.transaction(move |conn| {
        idempotency::once(conn, &scope, |conn| operations::archive_all(conn, user, which, &kinds, query.task))
    });
    let once = work.await?;
    Ok(Replayable { reply: web::Json(once.reply), replayed: once.replayed })
}

/// There is no body; what makes two of these requests the same is their query.
fn digest(query: &str) -> [u8; 32] {
    Sha256::digest(query).into()
}
