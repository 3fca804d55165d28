//! The edge of the delivery log. Administrators only.

use actix_web::HttpRequest;
use paperclip::actix::{api_v2_operation, web};
use service_kit::{
    Problem,
    auth::Actor,
    http::{
        Id, IdempotencyKey, Json, Page, Replayable, ValidQuery,
        idempotency::{self, Scope},
        page::ListCall,
        params::NoParams,
    },
};
use uuid::Uuid;

use super::{model::Delivery, operations, queries, requests::ListDeliveriesQuery, views::DeliveryView};
use crate::{error::Error, state::AppState};

/// List what left the app or is to, the newest first. Administrators only.
///
/// Mails and webhooks alike: what is queued, what was sent, and what failed, with the words of the other side. Mails are
/// kept for 90 days after they were settled, webhooks for 30.
#[api_v2_operation(operation_id = "list_deliveries")]
pub async fn list_deliveries(
    state: web::Data<AppState>,
    actor: Actor,
    query: ValidQuery<ListDeliveriesQuery>,
    req: HttpRequest,
) -> Result<Json<Page<DeliveryView>>, Problem> {
    actor.require_admin()?;
    let (query, request) = (query.0.clone(), query.0.page());
    let call = ListCall::new(&req, actor.id());
    let from = call.cursor(&state.cursors, &request, queries::NEWEST_FIRST)?;
    let (limit, counted, start) = (request.limit, request.count, from.clone());
    let read = state.db.read(move |conn| {
        let rows = queries::list(conn, &query, limit, start.as_ref())?;
        let count = if counted { Some(queries::count(conn, &query)?) } else { None };
        Ok::<_, Error>((rows, count))
    });
    let (rows, count) = read.await?;
    let place = |row: &Delivery| (None, row.id);
    let page = call.page(&state.cursors, &request, queries::NEWEST_FIRST, from.as_ref(), rows, place);
    Ok(Json(Page { count, ..page.map(DeliveryView::from) }))
}

/// Read a delivery. Administrators only.
#[api_v2_operation(operation_id = "read_delivery")]
pub async fn read_delivery(
    state: web::Data<AppState>,
    actor: Actor,
    id: Id,
    _: ValidQuery<NoParams>,
) -> Result<Json<DeliveryView>, Problem> {
    actor.require_admin()?;
    let row = state.db.read(move |conn| queries::find(conn, id.0).map_err(Error::from)).await?;
    row.map(|row| web::Json(row.into())).ok_or_else(Problem::not_found)
}

/// Try a delivery again that failed or was skipped. Administrators only.
///
/// It goes back into its queue, and all its attempts are before it again. 409 when it was sent, or is still being tried.
#[api_v2_operation(operation_id = "retry_delivery")]
pub async fn retry_delivery(
    state: web::Data<AppState>,
    actor: Actor,
    id: Id,
    _: ValidQuery<NoParams>,
    key: IdempotencyKey,
) -> Result<Replayable<Json<DeliveryView>>, Problem> {
    actor.require_admin()?;
    let Id(id) = id;
    let caller = actor.id().to_string();
    let scope = Scope { caller, route: "/api/notifications/deliveries/{id}/retry", key, digest: digest(id) };
    let work =
        state.db.transaction(move |conn| idempotency::once(conn, &scope, |conn| operations::retry(conn, id)));
    let once = work.await?;
    Ok(Replayable { reply: web::Json(once.reply), replayed: once.replayed })
}

/// There is no body; what makes two of these requests the same is the delivery.
fn digest(id: Uuid) -> [u8; 32] {
    let mut digest = [0; 32];
    digest[..16].copy_from_slice(id.as_bytes());
    digest
}
