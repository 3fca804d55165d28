//! Reads of the delivery log, newest first: ids are in the order of time.

use diesel::{
    ExpressionMethods as _, OptionalExtension as _, PgConnection, QueryDsl as _, QueryResult,
    RunQueryDsl as _, SelectableHelper as _, pg::Pg,
};
use service_kit::http::Cursor;
use uuid::Uuid;

use super::{model::Delivery, requests::ListDeliveriesQuery};
use crate::schema::deliveries as d;

/// Name of the one ordering.
pub const NEWEST_FIRST: &str = "-created_at";

/// Up to `limit + 1` deliveries in reading direction.
///
/// # Errors
/// The database's.
pub fn list(
    conn: &mut PgConnection,
    query: &ListDeliveriesQuery,
    limit: i64,
    from: Option<&Cursor>,
) -> QueryResult<Vec<Delivery>> {
    let rows = filtered(query).select(Delivery::as_select()).limit(limit + 1);
    match from {
        None => rows.order(d::id.desc()).load(conn),
        Some(cursor) if cursor.backward => rows.filter(d::id.gt(cursor.id)).order(d::id.asc()).load(conn),
        Some(cursor) => rows.filter(d::id.lt(cursor.id)).order(d::id.desc()).load(conn),
    }
}

/// How many there are in all.
///
/// # Errors
/// The database's.
pub fn count(conn: &mut PgConnection, query: &ListDeliveriesQuery) -> QueryResult<i64> {
    filtered(query).count().get_result(conn)
}

/// One of them.
///
/// # Errors
/// The database's.
pub fn find(conn: &mut PgConnection, id: Uuid) -> QueryResult<Option<Delivery>> {
    d::table.filter(d::id.eq(id)).select(Delivery::as_select()).first(conn).optional()
}

fn filtered(query: &ListDeliveriesQuery) -> d::BoxedQuery<'static, Pg> {
    let mut rows = d::table.into_boxed();
    if let Some(status) = query.status {
        rows = rows.filter(d::status.eq(status));
    }
    if let Some(channel) = query.channel {
        rows = rows.filter(d::channel.eq(channel));
    }
    if let Some(user) = query.user {
        rows = rows.filter(d::user_id.eq(user));
    }
    if let Some(kind) = &query.r#type {
        rows = rows.filter(d::kind.eq(kind.clone()));
    }
    rows
}
