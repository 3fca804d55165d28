//! Reads of the delivery log, newest first: ids are in the order of time.

use diesel::{
    ExpressionMethods as _, IntoSql as _, NullableExpressionMethods as _, OptionalExtension as _,
    PgConnection, QueryDsl as _, QueryResult, RunQueryDsl as _, SelectableHelper as _, pg::Pg,
    sql_types::Text,
};
use service_kit::http::Cursor;
use uuid::Uuid;

use super::{
    model::{Channel, Delivery},
    requests::ListDeliveriesQuery,
};
use crate::schema::{deliveries as d, mails as m, webhook_deliveries as wd, webhooks as w};

/// Name of the one ordering.
pub const NEWEST_FIRST: &str = "-created_at";

/// Up to `limit + 1` deliveries in reading direction: a page of each channel, by its own index, of which the first rows of
/// both are the page. All channels together in one statement would be sorted as a whole.
///
/// # Errors
/// The database's.
pub fn list(
    conn: &mut PgConnection,
    query: &ListDeliveriesQuery,
    limit: i64,
    from: Option<&Cursor>,
) -> QueryResult<Vec<Delivery>> {
    let mut rows = Vec::new();
    if query.channel != Some(Channel::Webhook) {
        rows.append(&mut mails(conn, query, limit + 1, from)?);
    }
    if query.channel != Some(Channel::Email) {
        rows.append(&mut webhooks(conn, query, limit + 1, from)?);
    }
    rows.sort_unstable_by_key(|row| row.id);
    if !from.is_some_and(|cursor| cursor.backward) {
        rows.reverse();
    }
    rows.truncate(usize::try_from(limit + 1).unwrap_or_default());
    Ok(rows)
}

fn mails(
    conn: &mut PgConnection,
    query: &ListDeliveriesQuery,
    limit: i64,
    from: Option<&Cursor>,
) -> QueryResult<Vec<Delivery>> {
    let columns = (
        m::id,
        Channel::Email.as_str().into_sql::<Text>(),
        m::user_id,
        m::kind,
        m::task_id,
        m::subject,
        m::address,
        m::state,
        m::attempts,
        m::answer,
        m::created_at,
        m::next_attempt_at,
        m::settled_at,
    );
    let mut rows = m::table.select(columns).limit(limit).into_boxed();
    if let Some(status) = query.status {
        rows = rows.filter(m::state.eq(status));
    }
    if let Some(user) = query.user {
        rows = rows.filter(m::user_id.eq(user));
    }
    if let Some(kind) = &query.r#type {
        rows = rows.filter(m::kind.eq(kind));
    }
    match from {
        None => rows.order(m::id.desc()).load(conn),
        Some(cursor) if cursor.backward => rows.filter(m::id.gt(cursor.id)).order(m::id.asc()).load(conn),
        Some(cursor) => rows.filter(m::id.lt(cursor.id)).order(m::id.desc()).load(conn),
    }
}

fn webhooks(
    conn: &mut PgConnection,
    query: &ListDeliveriesQuery,
    limit: i64,
    from: Option<&Cursor>,
) -> QueryResult<Vec<Delivery>> {
    let columns = (
        wd::id,
        Channel::Webhook.as_str().into_sql::<Text>(),
        w::user_id,
        wd::kind,
        wd::task_id,
        wd::kind,
        w::url.nullable(),
        wd::state,
        wd::attempts,
        wd::answer,
        wd::created_at,
        wd::next_attempt_at,
        wd::settled_at,
    );
    let mut rows = wd::table.inner_join(w::table).select(columns).limit(limit).into_boxed();
    if let Some(status) = query.status {
        rows = rows.filter(wd::state.eq(status));
    }
    if let Some(user) = query.user {
        rows = rows.filter(w::user_id.eq(user));
    }
    if let Some(kind) = &query.r#type {
        rows = rows.filter(wd::kind.eq(kind));
    }
    match from {
        None => rows.order(wd::id.desc()).load(conn),
        Some(cursor) if cursor.backward => rows.filter(wd::id.gt(cursor.id)).order(wd::id.asc()).load(conn),
        Some(cursor) => rows.filter(wd::id.lt(cursor.id)).order(wd::id.desc()).load(conn),
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
