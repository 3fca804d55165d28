//! Writes entries.

use chrono::{DateTime, Utc};
use diesel::{Insertable, PgConnection, QueryResult, Queryable, RunQueryDsl as _, Selectable, insert_into};
use events::EventActor;
use serde_json::Value;
use service_kit::context::RequestContext;
use uuid::Uuid;

use super::action::Action;
use crate::{accounts::model::User, schema::audit_entries};

/// A row.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_entries, check_for_backend(diesel::pg::Pg))]
pub struct Entry {
    /// UUIDv7: its order is that of time, and its time is `at`.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// What; see [`Action`].
    pub action: String,
    /// Who did it; `None` for the system itself, and for who did not get in.
    pub actor_id: Option<Uuid>,
    /// Their address at that time.
    pub actor_email: Option<String>,
    /// The account that it was done to; `None` where there is no such account.
    pub target_id: Option<Uuid>,
    /// Its address at that time.
    pub target_email: Option<String>,
    /// Address of the client.
    pub client_address: Option<String>,
    /// What the client's program calls itself.
    pub user_agent: Option<String>,
    /// `X-Request-Id`.
    pub request_id: Option<String>,
    /// More, by action.
    pub details: Value,
}

/// Records what the present request does, in the transaction that does it. `details` is a JSON object without secrets.
///
/// # Errors
/// The database's.
pub fn record(
    conn: &mut PgConnection,
    action: Action,
    actor: &EventActor,
    target: Option<&User>,
    details: Value,
) -> QueryResult<()> {
    record_all(conn, vec![(action, details)], actor, target)
}

/// Records several things that one request does to one account.
///
/// # Errors
/// The database's.
pub fn record_all(
    conn: &mut PgConnection,
    actions: Vec<(Action, Value)>,
    actor: &EventActor,
    target: Option<&User>,
) -> QueryResult<()> {
    let context = RequestContext::current();
    let entries: Vec<Entry> = actions
        .into_iter()
        .map(|(action, details)| entry(action, actor, target, context.as_ref(), details))
        .collect();
    insert_into(audit_entries::table).values(&entries).execute(conn).map(drop)
}

fn entry(
    action: Action,
    actor: &EventActor,
    target: Option<&User>,
    context: Option<&RequestContext>,
    details: Value,
) -> Entry {
    let id = Uuid::now_v7();
    Entry {
        id,
        at: time_of(id),
        action: action.as_str().to_owned(),
        actor_id: actor.id,
        actor_email: actor.email.clone(),
        target_id: target.map(|user| user.id),
        target_email: target.map(|user| user.email.clone()),
        client_address: context.and_then(|context| context.client.clone()),
        user_agent: context.and_then(|context| context.user_agent.clone()),
        request_id: context.map(|context| context.request_id.clone()),
        details,
    }
}

/// An account that acts on itself.
#[must_use]
pub fn themselves(user: &User) -> EventActor {
    EventActor { id: Some(user.id), email: Some(user.email.clone()) }
}

/// The instant that a UUIDv7 was made, in whole milliseconds.
fn time_of(id: Uuid) -> DateTime<Utc> {
    let millis = i64::try_from(id.as_u128() >> 80).unwrap_or_default();
    DateTime::from_timestamp_millis(millis).unwrap_or_default()
}

/// The smallest UUIDv7 of an instant: ids from it on were made then or later.
#[must_use]
pub fn first_id_at(at: DateTime<Utc>) -> Uuid {
    let millis = u128::try_from(at.timestamp_millis()).unwrap_or_default();
    Uuid::from_u128((millis & 0xffff_ffff_ffff) << 80)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::fixture::user;

    #[test]
    fn an_id_tells_its_time() {
        let id = Uuid::now_v7();
        let at = time_of(id);
        assert!((Utc::now() - at).num_seconds() < 5);
        assert!(first_id_at(at) <= id);
        assert!(first_id_at(at + chrono::TimeDelta::milliseconds(1)) > id);
        assert_eq!(first_id_at(DateTime::UNIX_EPOCH - chrono::TimeDelta::days(1)), Uuid::nil());
    }

    #[test]
    fn an_entry_tells_from_where() {
        let context =
            RequestContext::from_headers(Some("abc"), None).seen_from("192.0.2.1".to_owned(), Some("curl"));
        let entry =
            entry(Action::UserUpdated, &themselves(&user()), Some(&user()), Some(&context), Value::Null);
        assert_eq!(
            (entry.client_address.as_deref(), entry.user_agent.as_deref(), entry.request_id.as_deref()),
            (Some("192.0.2.1"), Some("curl"), Some("abc"))
        );
        assert_eq!((entry.actor_id, entry.target_id), (Some(user().id), Some(user().id)));
    }
}
