//! The edge of webhooks' deliveries: what went, and what did not, to everybody's own programs.

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

use super::{
    model::WebhookDelivery,
    operations,
    queries::{self, Wanted},
    requests::ListWebhookDeliveriesQuery,
    views::WebhookDeliveryView,
};
use crate::{error::Error, state::AppState};

/// List a webhook's deliveries, the newest first. They are kept for 30 days after they were settled.
#[api_v2_operation(operation_id = "list_webhook_deliveries")]
pub async fn list_webhook_deliveries(
    state: web::Data<AppState>,
    actor: Actor,
    id: Id,
    query: ValidQuery<ListWebhookDeliveriesQuery>,
    req: HttpRequest,
) -> Result<Json<Page<WebhookDeliveryView>>, Problem> {
    let (request, call, user) = (query.0.page(), ListCall::new(&req, actor.id()), actor.id());
    let from = call.cursor(&state.cursors, &request, queries::NEWEST_FIRST)?;
    let wanted = Wanted { webhook: id.0, status: query.0.status };
    let (limit, counted, start) = (request.limit, request.count, from.clone());
    let read = state.db.read(move |conn| {
        if queries::find(conn, user, wanted.webhook)?.is_none() {
            return Err(Problem::not_found().into());
        }
        let rows = queries::deliveries(conn, &wanted, limit, start.as_ref())?;
        let count = if counted { Some(queries::count_deliveries(conn, &wanted)?) } else { None };
        Ok::<_, Error>((rows, count))
    });
    let (rows, count) = read.await?;
    let place = |row: &WebhookDelivery| (None, row.id);
    let page = call.page(&state.cursors, &request, queries::NEWEST_FIRST, from.as_ref(), rows, place);
    Ok(Json(Page { count, ..page.map(WebhookDeliveryView::from) }))
}

/// Read a delivery to one of your webhooks.
#[api_v2_operation(operation_id = "read_webhook_delivery")]
pub async fn read_webhook_delivery(
    state: web::Data<AppState>,
    actor: Actor,
    id: Id,
    _: ValidQuery<NoParams>,
) -> Result<Json<WebhookDeliveryView>, Problem> {
    let user = actor.id();
    let row =
        state.db.read(move |conn| queries::find_delivery(conn, user, id.0).map_err(Error::from)).await?;
    row.map(|row| web::Json(row.into())).ok_or_else(Problem::not_found)
}

/// Send a delivery once more, whatever became of it: the same body under the same `webhook-id`.
#[api_v2_operation(operation_id = "redeliver_webhook_delivery")]
pub async fn redeliver_webhook_delivery(
    state: web::Data<AppState>,
    actor: Actor,
    id: Id,
    _: ValidQuery<NoParams>,
    key: IdempotencyKey,
) -> Result<Replayable<Json<WebhookDeliveryView>>, Problem> {
    let user = actor.id();
    let route = "/api/notifications/webhooks/deliveries/{id}/redeliver";
    let scope = Scope { caller: user.to_string(), route, key, digest: digest(id.0) };
    let work = state.db.transaction(move |conn| {
        idempotency::once(conn, &scope, |conn| operations::redeliver(conn, user, id.0))
    });
    let once = work.await?;
    state.webhooks.waker.wake();
    Ok(Replayable { reply: web::Json(once.reply), replayed: once.replayed })
}

/// These requests have no body; what makes two of them the same is what they are about.
pub(super) fn digest(id: Uuid) -> [u8; 32] {
    let mut digest = [0; 32];
    digest[..16].copy_from_slice(id.as_bytes());
    digest
}
