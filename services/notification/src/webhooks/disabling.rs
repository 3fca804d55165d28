//! Gives a webhook up that nothing reaches, with what waits for it, and tells its owner: nobody finds out otherwise, for
//! what is not delivered is not missed.

use chrono::{DateTime, Utc};
use diesel::{
    ExpressionMethods as _, PgConnection, QueryDsl as _, QueryResult, RunQueryDsl as _, dsl::now, update,
};
use uuid::Uuid;

use super::{
    model::{Reason, Switch},
    target::Target,
};
use crate::{
    deliveries::model::Status,
    notifications::{
        kind::Kind,
        message::Facts,
        recipients,
        telling::{Notice, give},
    },
    schema::{webhook_deliveries as d, webhooks as w},
};

/// Disables a webhook whose row is locked and enabled, so it is told once.
pub(super) fn disable(conn: &mut PgConnection, webhook: Uuid, reason: Reason) -> QueryResult<()> {
    let (owner, url, description): (Uuid, String, String) = update(w::table.find(webhook))
        .set((w::status.eq(Switch::Disabled), w::disabled_reason.eq(reason), w::version.eq(w::version + 1)))
        .returning((w::user_id, w::url, w::description))
        .get_result(conn)?;
    skip_waiting(conn, webhook)?;
    let name = name(&url, &description);
    let event_id = Uuid::now_v7();
    let notices: Vec<Notice<'_>> = recipients::find(conn, &[(owner, Kind::WebhookDisabled)])?
        .into_iter()
        .map(|(_, recipient)| Notice {
            event_id,
            recipient,
            task_id: None,
            actor_id: None,
            facts: Facts {
                title: &name,
                actor: None,
                due_date: None,
                status: reason.as_str(),
                zone: recipient.zone,
                language: recipient.language,
            },
        })
        .collect();
    give(conn, &notices)
}

/// What its owner calls it, and where it leads. Not the whole URL: some hold a secret in the path.
fn name(url: &str, description: &str) -> String {
    let host = Target::parse(url).ok().and_then(|target| target.host().map(str::to_owned));
    match (description.trim(), host) {
        ("", host) => host.unwrap_or_default(),
        (description, Some(host)) => format!("{description} ({host})"),
        (description, None) => description.to_owned(),
    }
}

/// What waits for a disabled webhook will not go.
pub(super) fn skip_waiting(conn: &mut PgConnection, webhook: Uuid) -> QueryResult<()> {
    let waiting = d::table.filter(d::webhook_id.eq(webhook)).filter(d::state.eq(Status::Queued));
    update(waiting)
        .set((
            d::state.eq(Status::Skipped),
            d::answer.eq("the webhook was disabled"),
            d::leased_until.eq(None::<DateTime<Utc>>),
            d::settled_at.eq(now),
        ))
        .execute(conn)
        .map(drop)
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn it_is_named_without_the_secrets_of_its_path() {
        let url = "https://hooks.example.org:8443/services/T0/secret?key=k";
        assert_eq!(name(url, ""), "hooks.example.org");
        assert_eq!(name(url, " The team's chat "), "The team's chat (hooks.example.org)");
    }
}
