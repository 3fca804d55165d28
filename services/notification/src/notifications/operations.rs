//! Reading, archiving, snoozing and deleting: each in the caller's transaction, on the locked row, announced at the
//! commit.

use chrono::{DateTime, Utc};
use diesel::{
    ExpressionMethods as _, IntoSql as _, PgConnection, QueryDsl as _, QueryResult, RunQueryDsl as _, delete,
    dsl::now,
    select,
    sql_types::{Array, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid},
    update,
};
use service_kit::http::{IfMatch, Problem};
use uuid::Uuid;

use super::{
    inbox::{Change, Place},
    kind::Kind,
    model::Notification,
    queries,
    requests::InboxState,
    views::{NotificationView, UpdatedCountView},
};
use crate::{
    error::Error,
    schema::{feeds, mails, notifications as n, preferences, user_positions, webhooks},
};

service_kit::statement! {
    struct Announce { user: Uuid => SqlUuid } -> Text;
    "SELECT pg_notify('notifications_' || current_schema(), ?::text)::text"
}

service_kit::statement! {
    struct ReadAll { user: Uuid => SqlUuid, kinds: Option<Vec<Kind>> => Nullable<Array<Text>>, task: Option<Uuid> => Nullable<SqlUuid> }
    "UPDATE notifications SET read_at = now() WHERE user_id = ? AND read_at IS NULL AND archived_at IS NULL \
     AND snoozed_until IS NULL AND deleted_at IS NULL AND coalesce(type = ANY(?), true) \
     AND task_id IS NOT DISTINCT FROM coalesce(?, task_id)"
}

service_kit::statement! {
    struct ArchiveAll { user: Uuid => SqlUuid, read: Option<bool> => Nullable<Bool>, kinds: Option<Vec<Kind>> => Nullable<Array<Text>>, task: Option<Uuid> => Nullable<SqlUuid> }
    "UPDATE notifications SET archived_at = now() WHERE user_id = ? AND archived_at IS NULL \
     AND snoozed_until IS NULL AND deleted_at IS NULL AND coalesce((read_at IS NOT NULL) = ?, true) \
     AND coalesce(type = ANY(?), true) AND task_id IS NOT DISTINCT FROM coalesce(?, task_id)"
}

/// Reads, archives or snoozes one of `user`'s notifications, or takes that back.
///
/// # Errors
/// When it is not theirs, `If-Match` names another state, or the change cannot be (see [`super::inbox::Place::after`]).
pub fn change(
    conn: &mut PgConnection,
    user: Uuid,
    id: Uuid,
    change: &Change,
    if_match: &IfMatch,
) -> Result<NotificationView, Error> {
    let row = queries::lock(conn, user, id)?.ok_or(Error::NoSuchNotification)?;
    if_match.check(&NotificationView::from(row.clone()))?;
    let at: DateTime<Utc> = select(now.into_sql::<Timestamptz>()).get_result(conn)?;
    let place = row.place().after(change, at).map_err(Problem::validation)?;
    if place == row.place() {
        return Ok(row.into());
    }
    update(n::table.find(id))
        .set((
            n::read_at.eq(place.read_at),
            n::archived_at.eq(place.archived_at),
            n::snoozed_until.eq(place.snoozed_until),
        ))
        .execute(conn)?;
    Announce { user: &user }.execute(conn)?;
    let Place { read_at, archived_at, snoozed_until } = place;
    Ok(Notification { read_at, archived_at, snoozed_until, ..row }.into())
}

/// Marks what is unread in `user`'s inbox as read: of these types and about this task, where they are said.
///
/// # Errors
/// The database's.
pub fn read_all(
    conn: &mut PgConnection,
    user: Uuid,
    kinds: &Option<Vec<Kind>>,
    task: Option<Uuid>,
) -> Result<UpdatedCountView, Error> {
    let updated = ReadAll { user: &user, kinds, task: &task }.execute(conn)?;
    announce(conn, user, updated)
}

/// Puts `user`'s inbox into the archive: what is read or unread, of these types and about this task, where that is said.
///
/// # Errors
/// The database's.
pub fn archive_all(
    conn: &mut PgConnection,
    user: Uuid,
    state: InboxState,
    kinds: &Option<Vec<Kind>>,
    task: Option<Uuid>,
) -> Result<UpdatedCountView, Error> {
    let read = match state {
        InboxState::Unread => Some(false),
        InboxState::Read => Some(true),
        InboxState::All | InboxState::Archived | InboxState::Snoozed => None,
    };
    let updated = ArchiveAll { user: &user, read: &read, kinds, task: &task }.execute(conn)?;
    announce(conn, user, updated)
}

fn announce(conn: &mut PgConnection, user: Uuid, updated: usize) -> Result<UpdatedCountView, Error> {
    if updated > 0 {
        Announce { user: &user }.execute(conn)?;
    }
    Ok(UpdatedCountView { updated: i64::try_from(updated).unwrap_or(i64::MAX) })
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
    delete(feeds::table.filter(feeds::user_id.eq(user))).execute(conn)?;
    delete(webhooks::table.filter(webhooks::user_id.eq(user))).execute(conn)?;
    delete(user_positions::table.find(user)).execute(conn)?;
    Ok(())
}
