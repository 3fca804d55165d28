//! Pure: what a change of an account is told as on the bus.

use events::{Change, Changes, Envelope, EventActor, RoutingKey, UserData};
use serde_json::{Value, json};
use service_kit::context::RequestContext;
use uuid::Uuid;

use super::model::User;

/// The fields that differ, as clients know them.
#[must_use]
pub fn changes(before: &User, after: &User) -> Changes {
    let fields: [(&str, Value, Value); 5] = [
        ("email", json!(before.email), json!(after.email)),
        ("username", json!(before.username), json!(after.username)),
        ("role", json!(before.role), json!(after.role)),
        ("is_active", json!(before.is_active), json!(after.is_active)),
        ("timezone", json!(before.timezone), json!(after.timezone)),
    ];
    let differ = fields.into_iter().filter(|(_, from, to)| from != to);
    differ.map(|(name, from, to)| (name.to_owned(), Change { from, to })).collect()
}

/// What a change says: one event for each thing that happened, in the order in which they are sent.
#[must_use]
pub fn keys(before: &User, after: &User, changes: &Changes, sessions_ended: bool) -> Vec<RoutingKey> {
    let mut keys = Vec::new();
    if changes.keys().any(|field| field != "is_active") {
        keys.push(RoutingKey::UserUpdated);
    }
    if before.is_active != after.is_active {
        keys.push(if after.is_active { RoutingKey::UserReactivated } else { RoutingKey::UserDeactivated });
    }
    if before.deleted_at.is_none() && after.deleted_at.is_some() {
        keys.push(RoutingKey::UserDeleted);
    }
    if sessions_ended {
        keys.push(RoutingKey::UserSessionsRevoked);
    }
    keys
}

/// The envelopes of one change, in order. `ended` are the sessions, or the token, that one of them tells the end of.
///
/// # Errors
/// When the data does not serialise.
pub fn envelopes(
    keys: &[RoutingKey],
    after: &User,
    changes: &Changes,
    ended: &[Uuid],
    actor: &EventActor,
) -> Result<Vec<Envelope>, serde_json::Error> {
    let traceparent = RequestContext::current().map(|context| context.traceparent);
    keys.iter()
        .zip(0..)
        .map(|(&key, position)| {
            let told = |of: RoutingKey| if key == of { ended.to_vec() } else { Vec::new() };
            let data = UserData {
                user: after.state(),
                changes: changes.clone(),
                actor: actor.clone(),
                sessions: told(RoutingKey::UserSessionsRevoked),
                tokens: told(RoutingKey::UserTokenRevoked),
            };
            let mut event = Envelope::new(key, after.id, after.version, position, &data)?;
            event.traceparent.clone_from(&traceparent);
            Ok(event)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use chrono::Utc;

    use super::*;
    use crate::accounts::fixture::{admin, user};

    fn told(before: &User, after: &User, ended: bool) -> Vec<&'static str> {
        let changes = changes(before, after);
        keys(before, after, &changes, ended).into_iter().map(RoutingKey::as_str).collect()
    }

    #[test]
    fn each_thing_that_happened_is_told_once_in_order() {
        assert!(told(&user(), &user(), false).is_empty());
        assert_eq!(told(&admin(), &user(), true), ["user.updated", "user.sessions_revoked"]);
        let disabled = User { is_active: false, username: Some("New".to_owned()), ..user() };
        assert_eq!(
            told(&user(), &disabled, true),
            ["user.updated", "user.deactivated", "user.sessions_revoked"]
        );
        assert_eq!(
            told(&disabled, &User { is_active: true, ..disabled.clone() }, false),
            ["user.reactivated"]
        );
        assert_eq!(told(&user(), &User { deleted_at: Some(Utc::now()), ..user() }, false), ["user.deleted"]);
    }

    #[test]
    fn sessions_are_named_only_where_they_are_the_news_and_secrets_nowhere() {
        let (keys, sid) = ([RoutingKey::UserUpdated, RoutingKey::UserSessionsRevoked], Uuid::from_u128(9));
        let secretive = User { password_hash: "hash".to_owned(), ..user() };
        let events =
            envelopes(&keys, &secretive, &Changes::new(), &[sid], &EventActor::default()).expect("JSON");
        assert!(events[0].data.get("sessions").is_none());
        assert_eq!(events[1].data["sessions"], json!([sid]));
        assert_eq!((events[0].position, events[1].position), (0, 1));
        assert!(!serde_json::to_string(&events).expect("JSON").contains("hash"));
    }
}
