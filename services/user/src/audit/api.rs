//! The edge of the audit log.

use actix_web::HttpRequest;
use paperclip::actix::{api_v2_operation, web};
use service_kit::{
    Problem,
    auth::Actor,
    http::{Json, Page, ValidQuery, page::ListCall},
};

use super::{
    queries::{self, NEWEST_FIRST},
    record::Entry,
    requests::ListAuditEntriesQuery,
    views::AuditEntryView,
};
use crate::{error::Error, state::AppState};

/// List who did what to which account, newest first. Administrators only.
///
/// What was done to tasks stands in each task's history.
#[api_v2_operation(operation_id = "list_audit_entries")]
pub async fn list_audit_entries(
    state: web::Data<AppState>,
    actor: Actor,
    query: ValidQuery<ListAuditEntriesQuery>,
    req: HttpRequest,
) -> Result<Json<Page<AuditEntryView>>, Problem> {
    actor.require_admin()?;
    let (query, request) = (query.0.clone(), query.0.page());
    let call = ListCall::new(&req, actor.id());
    let from = call.cursor(&state.cursors, &request, NEWEST_FIRST)?;
    let (limit, counted, start) = (request.limit, request.count, from.clone());
    let read = state.db.read(move |conn| {
        let Some(filter) = queries::filter(conn, &query)? else {
            return Ok((Vec::new(), counted.then_some(0)));
        };
        let rows = queries::list(conn, &filter, limit, start.as_ref())?;
        let count = if counted { Some(queries::count(conn, &filter)?) } else { None };
        Ok::<_, Error>((rows, count))
    });
    let (rows, count) = read.await?;
    let place = |entry: &Entry| (None, entry.id);
    let page = call.page(&state.cursors, &request, NEWEST_FIRST, from.as_ref(), rows, place);
    Ok(Json(Page { count, ..page.map(AuditEntryView::from) }))
}
