//! Reading, unreading and deleting: each in the caller's transaction, on the locked row, announced at the commit.

use diesel::{
    ExpressionMethods as _, PgConnection, QueryDsl as _, QueryResult, RunQueryDsl as _, delete,
    dsl::now,
    sql_types::{Text, Uuid as SqlUuid},
    update,
};
use service_kit::http::IfMatch;
use uuid::Uuid;

use super::{
    queries,
    views::{NotificationView, ReadAllView},
};
use crate::{
    error::Error,
    schema::{mails, notifications as n, preferences, user_positions},
};

service_kit::statement! {
    struct Announce { user: Uuid => SqlUuid } -> Text;
    "SELECT pg_notify('notifications_' || current_schema(), ?::text)::text"
}

/// Marks one of `user`'s notifications as read or unread. One that is so already keeps its time.
///
/// # Errors
/// When it is not theirs, or `If-Match` names another state.
pub fn set_read(
    conn: &mut PgConnection,
    user: Uuid,
    id: Uuid,
    is_read: bool,
    if_match: &IfMatch,
) -> Result<NotificationView, Error> {
    let row = queries::lock(conn, user, id)?.ok_or(Error::NoSuchNotification)?;
    let before = NotificationView::from(row);
    if_match.check(&before)?;
    if before.is_read == is_read {
        return Ok(before);
    }
    let target = n::table.find(id);
    let read_at = if is_read {
        update(target).set(n::read_at.eq(now)).returning(n::read_at).get_result(conn)?
    } else {
        update(target).set(n::read_at.eq(None::<chrono::DateTime<chrono::Utc>>)).execute(conn)?;
        None
    };
    Announce { user: &user }.execute(conn)?;
    Ok(NotificationView { is_read, read_at, ..before })
}

/// Marks all of `user`'s notifications as read.
///
/// # Errors
/// The database's.
pub fn read_all(conn: &mut PgConnection, user: Uuid) -> Result<ReadAllView, Error> {
    let unread =
        n::table.filter(n::user_id.eq(user)).filter(n::read_at.is_null()).filter(n::deleted_at.is_null());
    let updated = update(unread).set(n::read_at.eq(now)).execute(conn)?;
    if updated > 0 {
        Announce { user: &user }.execute(conn)?;
    }
    Ok(ReadAllView { updated: i64::try_from(updated).unwrap_or(i64::MAX) })
}

/// Deletes one of `user`'s notifications. The row stays a while without its words, so that it never comes back.
///
/// # Errors
/// When it is not theirs, or `If-Match` names another state.
pub fn remove(conn: &mut PgConnection, user: Uuid, id: Uuid, if_match: &IfMatch) -> Result<(), Error> {
    let row = queries::lock(conn, user, id)?.ok_or(Error::NoSuchNotification)?;
    if_match.check(&NotificationView::from(row))?;
    update(n::table.find(id))
        .set((n::deleted_at.eq(now), n::message.eq(""), n::task_title.eq(None::<String>)))
        .execute(conn)?;
    Announce { user: &user }.execute(conn)?;
    Ok(())
}

/// Forgets everything about somebody whose account was deleted.
///
/// # Errors
/// The database's.
pub fn forget(conn: &mut PgConnection, user: Uuid) -> QueryResult<()> {
    delete(n::table.filter(n::user_id.eq(user))).execute(conn)?;
    delete(mails::table.filter(mails::user_id.eq(user))).execute(conn)?;
    delete(preferences::table.find(user)).execute(conn)?;
    delete(user_positions::table.find(user)).execute(conn)?;
    Ok(())
}
