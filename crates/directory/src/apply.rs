//! Writes the projection: called by the consumer, in the transaction of the inbox row.

use diesel::{
    ExpressionMethods as _, PgConnection, QueryResult, RunQueryDsl as _, dsl::sql, insert_into,
    query_dsl::methods::FilterDsl as _, sql_query, sql_types::Timestamptz, upsert::excluded,
};
use events::{Envelope, RoutingKey, UserData, UserState};
use messaging::HandleError;
use uuid::Uuid;

use crate::{
    schema::{directory_ended_sessions, directory_users},
    tokens,
};

/// Writes what a `user.*` event says; other events are no concern of the directory.
///
/// # Errors
/// Permanent when the data is not that of a `user.*` event, passing when the database is in trouble.
pub fn apply(conn: &mut PgConnection, event: &Envelope) -> Result<(), HandleError> {
    let Some(key) = event.routing_key().filter(|key| key.as_str().starts_with("user.")) else {
        return Ok(());
    };
    let data: UserData = event.data_as()?;
    upsert(conn, &data.user)?;
    match key {
        RoutingKey::UserSessionsRevoked => end(conn, &data.sessions)?,
        RoutingKey::UserTokenRevoked => {
            end(conn, &data.tokens)?;
            tokens::forget(conn, &data.tokens)?;
        }
        _ => {}
    }
    Ok(())
}

/// Sessions and tokens that are over stand in one table: their ids never meet.
fn end(conn: &mut PgConnection, ids: &[Uuid]) -> QueryResult<()> {
    let rows: Vec<_> = ids.iter().map(|id| directory_ended_sessions::sid.eq(*id)).collect();
    if !rows.is_empty() {
        insert_into(directory_ended_sessions::table).values(rows).on_conflict_do_nothing().execute(conn)?;
    }
    Ok(())
}

/// A later state replaces an earlier one; an earlier one that comes late changes nothing.
fn upsert(conn: &mut PgConnection, user: &UserState) -> QueryResult<usize> {
    use directory_users as u;
    let upsert = insert_into(u::table)
        .values((
            u::id.eq(user.id),
            u::email.eq(&user.email),
            u::username.eq(&user.username),
            u::role.eq(&user.role),
            u::is_active.eq(user.is_active),
            u::timezone.eq(&user.timezone),
            u::not_before.eq(user.not_before),
            u::deleted.eq(user.deleted),
            u::sequence.eq(user.version),
        ))
        .on_conflict(u::id)
        .do_update()
        .set((
            u::email.eq(excluded(u::email)),
            u::username.eq(excluded(u::username)),
            u::role.eq(excluded(u::role)),
            u::is_active.eq(excluded(u::is_active)),
            u::timezone.eq(excluded(u::timezone)),
            u::not_before.eq(excluded(u::not_before)),
            u::deleted.eq(excluded(u::deleted)),
            u::sequence.eq(excluded(u::sequence)),
            u::changed_at.eq(sql::<Timestamptz>("clock_timestamp()")),
        ));
    upsert.filter(u::sequence.lt(excluded(u::sequence))).execute(conn)
}

/// Forgets personal access tokens that are over, and then sessions whose last access token expired long ago; at most
/// `batch` of each. Tells how many. (A token may have been remembered while the bus was revoking it: so tokens go first.)
///
/// # Errors
/// The database's.
pub fn prune(conn: &mut PgConnection, batch: i32) -> QueryResult<usize> {
    let tokens = sql_query(
        "DELETE FROM directory_tokens WHERE hash IN (SELECT t.hash FROM directory_tokens t \
         LEFT JOIN directory_ended_sessions e ON e.sid = t.id LEFT JOIN directory_users u ON u.id = t.user_id \
         WHERE e.sid IS NOT NULL OR u.deleted OR t.expires_at < now() LIMIT $1)",
    )
    .bind::<diesel::sql_types::Integer, _>(batch)
    .execute(conn)?;
    if tokens > 0 {
        return Ok(tokens);
    }
    sql_query(
        "DELETE FROM directory_ended_sessions WHERE sid IN (SELECT sid FROM directory_ended_sessions \
         WHERE ended_at < now() - interval '1 day' LIMIT $1)",
    )
    .bind::<diesel::sql_types::Integer, _>(batch)
    .execute(conn)
}
