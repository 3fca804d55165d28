//! Reading and changing preferences, in the caller's transaction.

use diesel::{
    ExpressionMethods as _, OptionalExtension as _, PgConnection, QueryDsl as _, QueryResult,
    RunQueryDsl as _, SelectableHelper as _, insert_into, update, upsert::excluded,
};
use service_kit::http::{IfMatch, Problem};
use uuid::Uuid;

use super::{
    model::{Channels, Digest, Preferences},
    requests::PutPreferencesRequest,
    row::Row,
    views::PreferencesView,
};
use crate::{
    error::Error,
    mail::entries,
    notifications::kind::Kind,
    schema::{preference_channels as c, preferences as p},
};

/// `user`'s preferences; the usual ones if they have not said anything.
///
/// # Errors
/// The database's.
pub fn read(conn: &mut PgConnection, user: Uuid) -> QueryResult<Preferences> {
    let row = p::table.find(user).select(Row::as_select()).first(conn).optional()?;
    row.map_or(Ok(Preferences::default()), |row| whole(conn, user, row))
}

fn whole(conn: &mut PgConnection, user: Uuid, row: Row) -> QueryResult<Preferences> {
    let rows: Vec<(Kind, bool, bool, bool)> =
        c::table.filter(c::user_id.eq(user)).select((c::kind, c::in_app, c::email, c::webhook)).load(conn)?;
    let channels =
        rows.into_iter().map(|(kind, in_app, email, webhook)| (kind, Channels { in_app, email, webhook }));
    Ok(Preferences { channels: channels.collect(), ..row.into() })
}

/// Changes what `request` names.
///
/// # Errors
/// When `If-Match` or `version` names another state than the present one.
pub fn put(
    conn: &mut PgConnection,
    user: Uuid,
    request: &PutPreferencesRequest,
    if_match: &IfMatch,
) -> Result<PreferencesView, Error> {
    let before = lock(conn, user)?;
    if_match.check(&PreferencesView::from(before.clone()))?;
    if request.version.is_some_and(|version| version != before.version) {
        return Err(Problem::precondition_failed().into());
    }
    let mut after = request.applied_to(&before);
    if Kind::ALL.iter().all(|kind| after.of(*kind) == before.of(*kind)) {
        after.channels.clone_from(&before.channels);
    }
    if after == before {
        return Ok(before.into());
    }
    after.version += 1;
    write(conn, user, &after)?;
    if after.digest == Digest::Off && before.digest != Digest::Off {
        entries::release(conn, user)?;
    }
    Ok(after.into())
}

/// Switches mails off, those of one type or all, and takes back those that still wait.
///
/// # Errors
/// The database's.
pub fn stop_mails(conn: &mut PgConnection, user: Uuid, only: Option<Kind>) -> QueryResult<()> {
    let before = lock(conn, user)?;
    let mut after = before.clone();
    for kind in Kind::ALL.into_iter().filter(|kind| only.is_none_or(|only| only == *kind)) {
        after.channels.insert(kind, Channels { email: false, ..before.of(kind) });
    }
    if after != before {
        after.version += 1;
        write(conn, user, &after)?;
    }
    entries::withdraw(conn, user, only)
}

/// Locks the preferences until the end of the transaction; whoever has none gets the usual ones first.
fn lock(conn: &mut PgConnection, user: Uuid) -> QueryResult<Preferences> {
    let usual = Row::of(user, &Preferences::default());
    insert_into(p::table).values(usual).on_conflict_do_nothing().execute(conn)?;
    let row = p::table.find(user).select(Row::as_select()).for_update().first(conn)?;
    whole(conn, user, row)
}

fn write(conn: &mut PgConnection, user: Uuid, preferences: &Preferences) -> QueryResult<()> {
    update(p::table.find(user)).set(Row::of(user, preferences)).execute(conn)?;
    let rows: Vec<_> = preferences
        .channels
        .iter()
        .map(|(kind, channels)| {
            let Channels { in_app, email, webhook } = *channels;
            (
                c::user_id.eq(user),
                c::kind.eq(*kind),
                (c::in_app.eq(in_app), c::email.eq(email), c::webhook.eq(webhook)),
            )
        })
        .collect();
    insert_into(c::table)
        .values(rows)
        .on_conflict((c::user_id, c::kind))
        .do_update()
        .set((
            c::in_app.eq(excluded(c::in_app)),
            c::email.eq(excluded(c::email)),
            c::webhook.eq(excluded(c::webhook)),
        ))
        .execute(conn)?;
    Ok(())
}
