//! The edge of webhooks: everybody's own.

use actix_web::HttpRequest;
use paperclip::actix::{api_v2_operation, web};
use service_kit::{
    Problem,
    auth::Actor,
    http::{
        Created, Id, IdempotencyKey, IfMatch, Json, NoContent, Page, Replayable, ValidJson, ValidQuery,
        Versioned,
        idempotency::{self, Scope},
        page::ListCall,
        params::NoParams,
    },
};

use super::{
    deliveries_api::digest,
    model::Webhook,
    operations, queries,
    requests::{CreateWebhookRequest, ListWebhooksQuery, UpdateWebhookRequest},
    views::{WebhookDeliveryView, WebhookView, WebhookWithSecretView},
};
use crate::{error::Error, state::AppState};

/// List your webhooks, the newest first.
#[api_v2_operation(operation_id = "list_webhooks")]
pub async fn list_webhooks(
    state: web::Data<AppState>,
    actor: Actor,
    query: ValidQuery<ListWebhooksQuery>,
    req: HttpRequest,
) -> Result<Json<Page<WebhookView>>, Problem> {
    let (request, call, user) = (query.0.page(), ListCall::new(&req, actor.id()), actor.id());
    let from = call.cursor(&state.cursors, &request, queries::NEWEST_FIRST)?;
    let (limit, counted, start) = (request.limit, request.count, from.clone());
    let read = state.db.read(move |conn| {
        let rows = queries::list(conn, user, limit, start.as_ref())?;
        let count = if counted { Some(queries::count(conn, user)?) } else { None };
        Ok::<_, Error>((rows, count))
    });
    let (rows, count) = read.await?;
    let place = |row: &Webhook| (None, row.id);
    let page = call.page(&state.cursors, &request, queries::NEWEST_FIRST, from.as_ref(), rows, place);
    Ok(Json(Page { count, ..page.map(WebhookView::from) }))
}

/// Make a webhook: your own program is told over HTTP, signed after the Standard Webhooks specification.
///
/// Each delivery is a POST of `{"type", "timestamp", "data"}` with the headers `webhook-id` (the same at every attempt:
/// use it to drop what comes twice), `webhook-timestamp` and `webhook-signature`. Any 2xx within 15 s takes it; anything
/// else is tried again, ever later, for 24 hours. 410 disables the webhook at once, five days without a success do so in
/// the end. Types of the scope `own`: `notification.` and the type of a notification, with `_` for `-`
/// (`notification.task_due`); of `all`: `task.created`, `user.updated` and the other events. The answer shows the secret,
/// which is not shown again.
#[api_v2_operation(operation_id = "create_webhook")]
pub async fn create_webhook(
    state: web::Data<AppState>,
    actor: Actor,
    key: IdempotencyKey,
    _: ValidQuery<NoParams>,
    body: ValidJson<CreateWebhookRequest>,
) -> Result<Created<WebhookWithSecretView>, Problem> {
    let caller = actor.id().to_string();
    let scope = Scope { caller, route: "/api/notifications/webhooks", key, digest: body.digest };
    let (webhooks, request) = (state.webhooks.clone(), body.value);
    let work = state.db.transaction(move |conn| {
        // The reply that is kept has no secret in it: that is read where it is sealed.
        let once =
            idempotency::once(conn, &scope, |conn| operations::create(conn, &webhooks, &actor, &request))?;
        if once.replayed && queries::find(conn, actor.id(), once.reply)?.is_none() {
            return Err(Problem::conflict("The webhook that was made with this key is deleted.").into());
        }
        let (row, secret) = operations::with_secret(conn, &webhooks.key, actor.id(), once.reply)?;
        Ok::<_, Error>((WebhookWithSecretView::new(row, &secret), once.replayed))
    });
    let (view, replayed) = work.await?;
    let location = format!("/api/notifications/webhooks/{}/", view.id);
    Ok(Created { view, location, replayed })
}

/// Read a webhook.
#[api_v2_operation(operation_id = "read_webhook")]
pub async fn read_webhook(
    state: web::Data<AppState>,
    actor: Actor,
    id: Id,
    _: ValidQuery<NoParams>,
) -> Result<Versioned<WebhookView>, Problem> {
    let user = actor.id();
    let row = state.db.read(move |conn| queries::find(conn, user, id.0).map_err(Error::from)).await?;
    Ok(Versioned(row.ok_or_else(Problem::not_found)?.into()))
}

/// Change a webhook: where it leads, what it hears, whether it is enabled.
#[api_v2_operation(operation_id = "update_webhook")]
pub async fn update_webhook(
    state: web::Data<AppState>,
    actor: Actor,
    id: Id,
    _: ValidQuery<NoParams>,
    if_match: IfMatch,
    body: ValidJson<UpdateWebhookRequest>,
) -> Result<Versioned<WebhookView>, Problem> {
    let (webhooks, user, request) = (state.webhooks.clone(), actor.id(), body.value);
    let work = state
        .db
        .transaction(move |conn| operations::change(conn, &webhooks, user, id.0, &request, &if_match));
    Ok(Versioned(work.await?.into()))
}

/// Delete a webhook and its log.
#[api_v2_operation(operation_id = "delete_webhook")]
pub async fn delete_webhook(
    state: web::Data<AppState>,
    actor: Actor,
    id: Id,
    _: ValidQuery<NoParams>,
    if_match: IfMatch,
) -> Result<NoContent, Problem> {
    let user = actor.id();
    state.db.transaction(move |conn| operations::remove(conn, user, id.0, &if_match)).await?;
    Ok(NoContent)
}

/// Give a webhook a new secret.
///
/// For 24 hours deliveries carry two signatures, the former secret's beside the new one's, so that none is lost while you
/// change over.
#[api_v2_operation(operation_id = "rotate_webhook_secret")]
pub async fn rotate_webhook_secret(
    state: web::Data<AppState>,
    actor: Actor,
    id: Id,
    _: ValidQuery<NoParams>,
    key: IdempotencyKey,
) -> Result<Replayable<Json<WebhookWithSecretView>>, Problem> {
    let (webhooks, user) = (state.webhooks.clone(), actor.id());
    let route = "/api/notifications/webhooks/{id}/rotate-secret";
    let scope = Scope { caller: user.to_string(), route, key, digest: digest(id.0) };
    let work = state.db.transaction(move |conn| {
        let once =
            idempotency::once(conn, &scope, |conn| operations::rotate(conn, &webhooks.key, user, id.0))?;
        let (row, secret) = operations::with_secret(conn, &webhooks.key, user, once.reply)?;
        Ok::<_, Error>((WebhookWithSecretView::new(row, &secret), once.replayed))
    });
    let (view, replayed) = work.await?;
    Ok(Replayable { reply: web::Json(view), replayed })
}

/// Send a test to a webhook: a delivery of the type `webhook.test`, queued at once.
#[api_v2_operation(operation_id = "test_webhook")]
pub async fn test_webhook(
    state: web::Data<AppState>,
    actor: Actor,
    id: Id,
    _: ValidQuery<NoParams>,
    key: IdempotencyKey,
) -> Result<Replayable<Json<WebhookDeliveryView>>, Problem> {
    let user = actor.id();
    let route = "/api/notifications/webhooks/{id}/test";
    let scope = Scope { caller: user.to_string(), route, key, digest: digest(id.0) };
    let work = state
        .db
        .transaction(move |conn| idempotency::once(conn, &scope, |conn| operations::test(conn, user, id.0)));
    let once = work.await?;
    state.webhooks.waker.wake();
    Ok(Replayable { reply: web::Json(once.reply), replayed: once.replayed })
}
