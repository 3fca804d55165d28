//! Reading and changing preferences, in the caller's transaction.

use std::collections::BTreeMap;

use diesel::{
    ExpressionMethods as _, OptionalExtension as _, PgConnection, QueryDsl as _, QueryResult,
    RunQueryDsl as _, insert_into, update, upsert::excluded,
};
use service_kit::http::{IfMatch, Problem};
use uuid::Uuid;

use super::{
    model::{Channels, Preferences},
    requests::PutPreferencesRequest,
    views::PreferencesView,
};
use crate::{
    error::Error,
    notifications::kind::Kind,
    schema::{preference_channels as c, preferences as p},
};

type Row = (i32, String, i16, i64);

/// `user`'s preferences; the usual ones if they have not said anything.
///
/// # Errors
/// The database's.
pub fn read(conn: &mut PgConnection, user: Uuid) -> QueryResult<Preferences> {
    let row: Option<Row> = p::table
        .find(user)
        .select((p::remind_before_minutes, p::digest, p::digest_hour, p::version))
        .first(conn)
        .optional()?;
    row.map_or(Ok(Preferences::default()), |row| whole(conn, user, row))
}

fn whole(conn: &mut PgConnection, user: Uuid, row: Row) -> QueryResult<Preferences> {
    let (remind_before_minutes, digest, digest_hour, version) = row;
    let channels: Vec<(Kind, bool, bool)> =
        c::table.filter(c::user_id.eq(user)).select((c::kind, c::in_app, c::email)).load(conn)?;
    let channels = channels.into_iter().map(|(kind, in_app, email)| (kind, Channels { in_app, email }));
    Ok(Preferences {
        channels: channels.collect::<BTreeMap<_, _>>(),
        remind_before_minutes: remind_before_minutes.into(),
        digest: digest
            .parse()
            .map_err(|text: String| diesel::result::Error::DeserializationError(text.into()))?,
        digest_hour: digest_hour.into(),
        version,
    })
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
    Ok(after.into())
}

/// Locks the preferences until the end of the transaction; whoever has none gets the usual ones first.
fn lock(conn: &mut PgConnection, user: Uuid) -> QueryResult<Preferences> {
    let usual = Preferences::default();
    insert_into(p::table)
        .values((p::user_id.eq(user), columns(&usual)))
        .on_conflict_do_nothing()
        .execute(conn)?;
    let row: Row = p::table
        .find(user)
        .select((p::remind_before_minutes, p::digest, p::digest_hour, p::version))
        .for_update()
        .first(conn)?;
    whole(conn, user, row)
}

fn write(conn: &mut PgConnection, user: Uuid, preferences: &Preferences) -> QueryResult<()> {
    update(p::table.find(user)).set(columns(preferences)).execute(conn)?;
    let rows: Vec<_> = preferences
        .channels
        .iter()
        .map(|(kind, channels)| {
            let in_app_and_email = (c::in_app.eq(channels.in_app), c::email.eq(channels.email));
            (c::user_id.eq(user), c::kind.eq(*kind), in_app_and_email)
        })
        .collect();
    insert_into(c::table)
        .values(rows)
        .on_conflict((c::user_id, c::kind))
        .do_update()
        .set((c::in_app.eq(excluded(c::in_app)), c::email.eq(excluded(c::email))))
        .execute(conn)?;
    Ok(())
}

type Columns = (
    diesel::dsl::Eq<p::remind_before_minutes, i32>,
    diesel::dsl::Eq<p::digest, &'static str>,
    diesel::dsl::Eq<p::digest_hour, i16>,
    diesel::dsl::Eq<p::version, i64>,
);

/// The row's columns but its key; the ranges were checked when the request was read.
fn columns(preferences: &Preferences) -> Columns {
    (
        p::remind_before_minutes.eq(i32::try_from(preferences.remind_before_minutes).unwrap_or(i32::MAX)),
        p::digest.eq(preferences.digest.as_str()),
        p::digest_hour.eq(i16::try_from(preferences.digest_hour).unwrap_or(i16::MAX)),
        p::version.eq(preferences.version),
    )
}
