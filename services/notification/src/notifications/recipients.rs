//! What must be known of people before they are told something: where they live, and what they want to be told.

use chrono_tz::Tz;
use diesel::{
    OptionalExtension as _, PgConnection, QueryResult, RunQueryDsl as _,
    sql_types::{Bool, Text, Uuid as SqlUuid},
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

service_kit::statement! {
    /// Somebody whom no event has told of yet is told all the same; somebody deleted is told nothing. For one at a time:
    /// with lists the planner believes that each is worth a plan of its own, which takes longer than the query.
    struct FindRecipient {
        user: Uuid => SqlUuid,
        kind: Kind => Text,
    }
    -> (Text, Bool, Bool);
    "SELECT coalesce(d.timezone, 'UTC'), coalesce(c.in_app, true), coalesce(c.email, true) \
     FROM (SELECT ?::uuid AS user_id, ?::text AS kind) w LEFT JOIN directory_users d ON d.id = w.user_id \
     LEFT JOIN preference_channels c ON c.user_id = w.user_id AND c.type = w.kind WHERE d.deleted IS NOT TRUE"
}

/// Looks somebody up; `None` when their account was deleted.
///
/// # Errors
/// The database's.
pub fn find(conn: &mut PgConnection, user: Uuid, kind: Kind) -> QueryResult<Option<Recipient>> {
    let row: Option<(String, bool, bool)> =
        FindRecipient { user: &user, kind: &kind }.get_result(conn).optional()?;
    Ok(row.map(|(zone, in_app, email)| Recipient {
        user,
        kind,
        zone: zone.parse().unwrap_or(Tz::UTC),
        in_app,
        email,
    }))
}
