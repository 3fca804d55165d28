//! Making, changing and testing webhooks: each in the caller's transaction, on the locked row.

use diesel::{
    ExpressionMethods as _, IntoSql as _, NullableExpressionMethods as _, PgConnection, QueryDsl as _,
    RunQueryDsl as _, delete,
    dsl::{IntervalDsl as _, now, sql},
    insert_into, sql_query,
    sql_types::{Bytea, Nullable, Text, Timestamptz},
    update,
};
use service_kit::{
    auth::Actor,
    http::{Errors, IfMatch, Problem},
    seal::SealingKey,
};
use uuid::Uuid;

use super::{
    Webhooks, disabling, enqueue,
    event_type::EventType,
    model::{Reason, Scope, Switch, Webhook, WebhookDelivery},
    queries, queue,
    requests::{CreateWebhookRequest, UpdateWebhookRequest},
    secret::Secret,
    views::{WebhookDeliveryView, WebhookView},
};
use crate::{error::Error, schema::webhooks as w};

/// Webhooks that one user may have.
const MOST: i64 = 20;
/// How long the former secret signs beside the new one.
const BOTH_HOURS: i32 = 24;

/// Makes a webhook; answers with its id.
///
/// # Errors
/// When it may not lead there or hear that, or there are too many already.
pub fn create(
    conn: &mut PgConnection,
    webhooks: &Webhooks,
    actor: &Actor,
    request: &CreateWebhookRequest,
) -> Result<Uuid, Error> {
    let scope = request.scope.unwrap_or(Scope::Own);
    if scope == Scope::All {
        actor.require_admin()?;
    }
    let types = request.event_types.as_deref().unwrap_or_default();
    check(webhooks, Some(&request.url), types, scope)?;
    // Two requests at once must not both be the last one.
    sql_query("SELECT pg_advisory_xact_lock(hashtextextended('webhooks of ' || $1, 0))")
        .bind::<Text, _>(actor.id().to_string())
        .execute(conn)?;
    if queries::count(conn, actor.id())? >= MOST {
        return Err(Problem::conflict(format!("You have {MOST} webhooks, which is the most.")).into());
    }
    let id = Uuid::now_v7();
    insert_into(w::table)
        .values((
            (w::id.eq(id), w::user_id.eq(actor.id()), w::scope.eq(scope), w::url.eq(request.url.as_str())),
            w::description.eq(request.description.as_deref().unwrap_or_default()),
            (w::event_types.eq(names(types)), w::secret.eq(sealed(&webhooks.key, id)?)),
            (w::status.eq(Switch::Enabled), w::version.eq(1_i64)),
        ))
        .execute(conn)?;
    Ok(id)
}

/// Changes what `request` names.
///
/// # Errors
/// When it is not theirs, `If-Match` names another state, or a value is not acceptable.
pub fn change(
    conn: &mut PgConnection,
    webhooks: &Webhooks,
    user: Uuid,
    id: Uuid,
    request: &UpdateWebhookRequest,
    if_match: &IfMatch,
) -> Result<Webhook, Error> {
    let before = locked(conn, user, id)?;
    if_match.check(&WebhookView::from(before.clone()))?;
    let types = request.event_types.as_deref().unwrap_or_default();
    check(webhooks, request.url.as_ref(), types, before.scope)?;
    let mut after = before.clone();
    if let Some(url) = &request.url {
        after.url = url.as_str().to_owned();
    }
    if let Some(description) = &request.description {
        after.description.clone_from(description);
    }
    if let Some(types) = &request.event_types {
        after.event_types = names(types);
    }
    if let Some(status) = request.status.filter(|status| *status != before.status) {
        after.status = status;
        after.disabled_reason = (status == Switch::Disabled).then_some(Reason::Requested);
        after.failing_since = None;
    }
    if after == before {
        return Ok(before);
    }
    if after.status == Switch::Disabled && before.status == Switch::Enabled {
        disabling::skip_waiting(conn, id)?;
    }
    let changed: Webhook = update(w::table.find(id))
        .set((
            (w::url.eq(&after.url), w::description.eq(&after.description)),
            w::event_types.eq(&after.event_types),
            (w::status.eq(after.status), w::disabled_reason.eq(after.disabled_reason)),
            w::failing_since.eq(after.failing_since),
            (w::version.eq(before.version + 1), w::updated_at.eq(now)),
        ))
        .returning(<Webhook as diesel::SelectableHelper<diesel::pg::Pg>>::as_returning())
        .get_result(conn)?;
    Ok(changed)
}

/// Deletes a webhook and its log.
///
/// # Errors
/// When it is not theirs, or `If-Match` names another state.
pub fn remove(conn: &mut PgConnection, user: Uuid, id: Uuid, if_match: &IfMatch) -> Result<(), Error> {
    let row = locked(conn, user, id)?;
    if_match.check(&WebhookView::from(row))?;
    delete(w::table.find(id)).execute(conn)?;
    Ok(())
}

/// Gives it a new secret; for a day the former one signs too.
///
/// # Errors
/// When it is not theirs.
pub fn rotate(conn: &mut PgConnection, key: &SealingKey, user: Uuid, id: Uuid) -> Result<Uuid, Error> {
    let row = locked(conn, user, id)?;
    let former = sql::<Nullable<Bytea>>("secret");
    update(w::table.find(id))
        .set((
            (w::secret.eq(sealed(key, id)?), w::former_secret.eq(former)),
            w::former_secret_until.eq((now.into_sql::<Timestamptz>() + BOTH_HOURS.hours()).nullable()),
            (w::version.eq(row.version + 1), w::updated_at.eq(now)),
        ))
        .execute(conn)?;
    Ok(id)
}

/// Queues a test.
///
/// # Errors
/// When it is not theirs, or disabled.
pub fn test(conn: &mut PgConnection, user: Uuid, id: Uuid) -> Result<WebhookDeliveryView, Error> {
    let row = locked(conn, user, id)?;
    must_be_enabled(&row)?;
    let delivery = enqueue::test(conn, id)?;
    delivery_of(conn, user, delivery)
}

/// Queues a delivery once more that was sent, skipped or given up.
///
/// # Errors
/// When it is not theirs, still queued, or its webhook is disabled.
pub fn redeliver(conn: &mut PgConnection, user: Uuid, id: Uuid) -> Result<WebhookDeliveryView, Error> {
    let delivery = queries::find_delivery(conn, user, id)?.ok_or_else(Problem::not_found)?;
    must_be_enabled(&locked(conn, user, delivery.webhook_id)?)?;
    if !queue::requeue(conn, id)? {
        return Err(Problem::conflict("It is still being tried.").into());
    }
    delivery_of(conn, user, id)
}

/// A webhook with its secret, for whoever has just made or rotated it.
///
/// # Errors
/// When it is not theirs any more, or its secret does not open.
pub fn with_secret(
    conn: &mut PgConnection,
    key: &SealingKey,
    user: Uuid,
    id: Uuid,
) -> Result<(Webhook, Secret), Error> {
    let webhook = queries::find(conn, user, id)?.ok_or_else(Problem::not_found)?;
    let sealed = queries::sealed_secret(conn, id)?.ok_or_else(Problem::not_found)?;
    let secret = key.open(id.as_bytes(), &sealed).map_err(|error| Problem::internal(&error))?;
    Ok((webhook, Secret::from_bytes(secret)))
}

fn delivery_of(conn: &mut PgConnection, user: Uuid, id: Uuid) -> Result<WebhookDeliveryView, Error> {
    let row: WebhookDelivery = queries::find_delivery(conn, user, id)?.ok_or_else(Problem::not_found)?;
    Ok(row.into())
}

fn locked(conn: &mut PgConnection, user: Uuid, id: Uuid) -> Result<Webhook, Error> {
    Ok(queries::lock(conn, user, id)?.ok_or_else(Problem::not_found)?)
}

fn must_be_enabled(webhook: &Webhook) -> Result<(), Problem> {
    match webhook.status {
        Switch::Enabled => Ok(()),
        Switch::Disabled => Err(Problem::conflict("The webhook is disabled. Enable it first.")),
    }
}

fn check(
    webhooks: &Webhooks,
    url: Option<&super::target::Target>,
    types: &[EventType],
    scope: Scope,
) -> Result<(), Problem> {
    let mut errors = Errors::default();
    if let Some(Err(message)) = url.map(|url| webhooks.policy.check(url)) {
        errors.add("url", message);
    }
    for stray in types.iter().filter(|one| !one.is_of(scope)) {
        errors.add("event_types", format!("{stray} is not told to webhooks of the scope {}", scope.as_str()));
    }
    if errors.is_empty() { Ok(()) } else { Err(Problem::validation(errors)) }
}

fn names(types: &[EventType]) -> Vec<String> {
    let mut names: Vec<_> = types.iter().map(ToString::to_string).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn sealed(key: &SealingKey, owner: Uuid) -> Result<Vec<u8>, Problem> {
    let secret = Secret::random();
    key.seal(owner.as_bytes(), secret.as_bytes()).map_err(|error| Problem::internal(&error))
}
