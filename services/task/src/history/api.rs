//! The edge of a task's history.

use actix_web::HttpRequest;
use paperclip::actix::{api_v2_operation, web};
use service_kit::{
    Problem,
    auth::Actor,
    http::{Id, Json, Page, ValidQuery, page::ListCall},
};

use super::{
    queries::{self, NEWEST_FIRST},
    views::{HistoryEntryView, ListTaskHistoryQuery},
};
use crate::{
    error::Error,
    state::AppState,
    tasks::{policy, queries::find},
};

/// List who changed what in a task, newest first.
#[api_v2_operation(operation_id = "list_task_history")]
pub async fn list_task_history(
    state: web::Data<AppState>,
    actor: Actor,
    id: Id,
    query: ValidQuery<ListTaskHistoryQuery>,
    req: HttpRequest,
) -> Result<Json<Page<HistoryEntryView>>, Problem> {
    let (request, call) = (query.0.page(), ListCall::new(&req, actor.id()));
    let from = call.cursor(&state.cursors, &request, NEWEST_FIRST)?;
    let place = from.as_ref().map(queries::place_at).transpose()?;
    let backward = from.as_ref().is_some_and(|cursor| cursor.backward);
    let to_admin = actor.is_admin();
    let (limit, counts) = (request.limit + 1, request.count);
    let read = state.db.read(move |conn| {
        let task = find(conn, id.0)?.ok_or(Error::NoSuchTask)?;
        policy::read(&actor.account, &task)?;
        let count = if counts { Some(queries::count(conn, task.id)?) } else { None };
        Ok::<_, Error>((queries::list(conn, task.id, place, backward, limit)?, count))
    });
    let (rows, count) = read.await?;
    let mut page = call.page(&state.cursors, &request, NEWEST_FIRST, from.as_ref(), rows, queries::place_of);
    page.count = count;
    Ok(Json(page.map(|entry| HistoryEntryView::new(entry, to_admin))))
}
