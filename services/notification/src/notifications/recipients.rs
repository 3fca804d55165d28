//! What must be known of people before they are told something: where they live, and what they want to be told.

use chrono_tz::Tz;
use diesel::{
    PgConnection, QueryResult, RunQueryDsl as _,
    sql_types::{Array, BigInt, Bool, Text, Uuid as SqlUuid},
};
use uuid::Uuid;

use super::kind::Kind;
use crate::{language::Language, preferences::model::Digest};

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
    /// Whether they want it sent to their webhooks, and have one.
    pub webhook: bool,
    /// Whether their mails are gathered.
    pub digest: Digest,
    /// In which language.
    pub language: Language,
}

service_kit::statement! {
    /// Somebody whom no event has told of yet is told all the same; somebody deleted is told nothing.
    struct FindRecipients {
        users: [Uuid] => Array<SqlUuid>,
        kinds: [Kind] => Array<Text>,
    }
    -> (BigInt, Text, Bool, Bool, Bool, Text, Text);
    "SELECT w.place, coalesce(d.timezone, 'UTC'), coalesce(c.in_app, true), coalesce(c.email, true), \
       coalesce(c.webhook, true) AND EXISTS (SELECT FROM webhooks h WHERE h.user_id = w.user_id \
         AND h.scope = 'own' AND h.status = 'enabled'), coalesce(p.digest, 'off'), coalesce(p.language, 'en') \
     FROM unnest(?, ?) WITH ORDINALITY AS w (user_id, type, place) LEFT JOIN directory_users d ON d.id = w.user_id \
     LEFT JOIN preferences p ON p.user_id = w.user_id \
     LEFT JOIN preference_channels c ON c.user_id = w.user_id AND c.type = w.type \
     WHERE d.deleted IS NOT TRUE ORDER BY w.place"
}

/// Looks people up, each with the type that they are to be told, in that order; whoever was deleted is left out. The
/// number is the place in `wanted`.
///
/// # Errors
/// The database's.
pub fn find(conn: &mut PgConnection, wanted: &[(Uuid, Kind)]) -> QueryResult<Vec<(usize, Recipient)>> {
    type Row = (i64, String, bool, bool, bool, Digest, Language);
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let (users, kinds): (Vec<Uuid>, Vec<Kind>) = wanted.iter().copied().unzip();
    let rows: Vec<Row> = FindRecipients { users: &users, kinds: &kinds }.load(conn)?;
    let recipient = |(place, zone, in_app, email, webhook, digest, language): Row| {
        let place = usize::try_from(place - 1).ok()?;
        let (user, kind) = *wanted.get(place)?;
        let zone = zone.parse().unwrap_or(Tz::UTC);
        Some((place, Recipient { user, kind, zone, in_app, email, webhook, digest, language }))
    };
    Ok(rows.into_iter().filter_map(recipient).collect())
}
