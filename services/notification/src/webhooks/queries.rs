//! Reads of webhooks and their deliveries; their owner's only.

use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, OptionalExtension as _, PgConnection, QueryDsl as _,
    QueryResult, RunQueryDsl as _, SelectableHelper as _,
    dsl::{AsSelect, InnerJoin, Select},
    pg::Pg,
};
use service_kit::http::Cursor;
use uuid::Uuid;

use super::model::{Webhook, WebhookDelivery};
use crate::{
    deliveries::model::Status,
    schema::{webhook_deliveries as d, webhooks as w},
};

/// Name of the one ordering, of both lists.
pub const NEWEST_FIRST: &str = "-created_at";

/// Up to `limit + 1` of a user's webhooks in reading direction.
///
/// # Errors
/// The database's.
pub fn list(
    conn: &mut PgConnection,
    user: Uuid,
    limit: i64,
    from: Option<&Cursor>,
) -> QueryResult<Vec<Webhook>> {
    let rows =
        w::table.filter(w::user_id.eq(user)).select(Webhook::as_select()).limit(limit + 1).into_boxed();
    match from {
        None => rows.order(w::id.desc()).load(conn),
        Some(cursor) if cursor.backward => rows.filter(w::id.gt(cursor.id)).order(w::id.asc()).load(conn),
        Some(cursor) => rows.filter(w::id.lt(cursor.id)).order(w::id.desc()).load(conn),
    }
}

/// How many a user has.
///
/// # Errors
/// The database's.
pub fn count(conn: &mut PgConnection, user: Uuid) -> QueryResult<i64> {
    w::table.filter(w::user_id.eq(user)).count().get_result(conn)
}

/// One of a user's webhooks.
///
/// # Errors
/// The database's.
pub fn find(conn: &mut PgConnection, user: Uuid, id: Uuid) -> QueryResult<Option<Webhook>> {
    let mine = w::table.filter(w::id.eq(id).and(w::user_id.eq(user)));
    mine.select(Webhook::as_select()).first(conn).optional()
}

/// The same, locked until the end of the transaction.
///
/// # Errors
/// The database's.
pub fn lock(conn: &mut PgConnection, user: Uuid, id: Uuid) -> QueryResult<Option<Webhook>> {
    let mine = w::table.filter(w::id.eq(id).and(w::user_id.eq(user)));
    mine.select(Webhook::as_select()).for_no_key_update().first(conn).optional()
}

/// The sealed secret of a webhook.
///
/// # Errors
/// The database's.
pub fn sealed_secret(conn: &mut PgConnection, id: Uuid) -> QueryResult<Option<Vec<u8>>> {
    w::table.find(id).select(w::secret).first(conn).optional()
}

/// Which of a webhook's deliveries.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The webhook.
    pub webhook: Uuid,
    /// In this state alone.
    pub status: Option<Status>,
}

/// Up to `limit + 1` of a webhook's deliveries in reading direction.
///
/// # Errors
/// The database's.
pub fn deliveries(
    conn: &mut PgConnection,
    wanted: &Wanted,
    limit: i64,
    from: Option<&Cursor>,
) -> QueryResult<Vec<WebhookDelivery>> {
    let rows = wanted_deliveries(wanted).select(WebhookDelivery::as_select()).limit(limit + 1);
    match from {
        None => rows.order(d::id.desc()).load(conn),
        Some(cursor) if cursor.backward => rows.filter(d::id.gt(cursor.id)).order(d::id.asc()).load(conn),
        Some(cursor) => rows.filter(d::id.lt(cursor.id)).order(d::id.desc()).load(conn),
    }
}

/// How many of them there are in all.
///
/// # Errors
/// The database's.
pub fn count_deliveries(conn: &mut PgConnection, wanted: &Wanted) -> QueryResult<i64> {
    wanted_deliveries(wanted).count().get_result(conn)
}

fn wanted_deliveries(wanted: &Wanted) -> d::BoxedQuery<'static, Pg> {
    let rows = d::table.filter(d::webhook_id.eq(wanted.webhook)).into_boxed();
    match wanted.status {
        Some(status) => rows.filter(d::state.eq(status)),
        None => rows,
    }
}

type Theirs = Select<InnerJoin<d::table, w::table>, AsSelect<WebhookDelivery, Pg>>;

/// A delivery of one of a user's webhooks.
///
/// # Errors
/// The database's.
pub fn find_delivery(conn: &mut PgConnection, user: Uuid, id: Uuid) -> QueryResult<Option<WebhookDelivery>> {
    let theirs: Theirs = d::table.inner_join(w::table).select(WebhookDelivery::as_select());
    theirs.filter(d::id.eq(id)).filter(w::user_id.eq(user)).first(conn).optional()
}
