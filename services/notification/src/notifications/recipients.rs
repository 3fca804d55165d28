//! What must be known of people before they are told something: where they live, and what they want to be told.

use chrono_tz::Tz;
use diesel::{
    PgConnection, QueryResult, RunQueryDsl as _,
    sql_types::{Array, Bool, Text, Uuid as SqlUuid},
};
use uuid::Uuid;

use super::kind::Kind;

/// Somebody who is to be told something of one type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recipient {
    /// User id.
    pub user: Uuid,
    /// Of which type.
    pub kind: Kind,
    /// Where they live; UTC while that is not known here.
    pub zone: Tz,
    /// Whether they want it among their notifications.
    pub in_app: bool,
    /// Whether they want it by mail.
    pub email: bool,
}

statement! {
    /// Somebody whom no event has told of yet is told all the same; somebody deleted is told nothing.
    struct FindRecipients {
        users: [Uuid] => Array<SqlUuid>,
        kinds: [Kind] => Array<Text>,
    }
    -> (SqlUuid, Text, Text, Bool, Bool);
    "SELECT w.user_id, w.kind, coalesce(d.timezone, 'UTC'), coalesce(c.in_app, true), coalesce(c.email, true) \
     FROM unnest(?, ?) WITH ORDINALITY AS w (user_id, kind, n) \
     LEFT JOIN directory_users d ON d.id = w.user_id \
     LEFT JOIN preference_channels c ON c.user_id = w.user_id AND c.type = w.kind \
     WHERE d.deleted IS NOT TRUE ORDER BY w.n"
}

/// Looks them up, each with what they are to be told of; those who are deleted are left out.
///
/// # Errors
/// The database's.
pub fn find(conn: &mut PgConnection, who: &[(Uuid, Kind)]) -> QueryResult<Vec<Recipient>> {
    let (users, kinds): (Vec<Uuid>, Vec<Kind>) = who.iter().copied().unzip();
    let rows: Vec<(Uuid, Kind, String, bool, bool)> =
        FindRecipients { users: &users, kinds: &kinds }.load(conn)?;
    let recipient = |(user, kind, zone, in_app, email): (_, _, String, _, _)| Recipient {
        user,
        kind,
        zone: zone.parse().unwrap_or(Tz::UTC),
        in_app,
        email,
    };
    Ok(rows.into_iter().map(recipient).collect())
}
