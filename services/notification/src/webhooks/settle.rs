//! What became of an attempt is written down: on the delivery, and on its webhook, which may have to be given up.

use chrono::{DateTime, Utc};
use diesel::{
    ExpressionMethods as _, IntoSql as _, OptionalExtension as _, PgConnection, QueryDsl as _, QueryResult,
    RunQueryDsl as _,
    dsl::{IntervalDsl as _, now},
    sql_types::Timestamptz,
    update,
};

use super::{
    disabling::disable,
    model::{Reason, Switch},
    queue::Leased,
    verdict::{Outcome, Verdict, is_hopeless, line},
};
use crate::{
    deliveries::model::Status,
    schema::{webhook_deliveries as d, webhooks as w},
};

/// An attempt and its end.
#[derive(Clone)]
pub(super) struct Attempted {
    pub(super) delivery: Leased,
    pub(super) outcome: Outcome,
    pub(super) verdict: Verdict,
    pub(super) took_ms: i32,
    pub(super) at: DateTime<Utc>,
}

/// Writes it down. Of a delivery that somebody else settled meanwhile nothing changes.
pub(super) fn settle(conn: &mut PgConnection, attempted: &Attempted) -> QueryResult<()> {
    let Attempted { delivery, outcome, verdict, .. } = attempted;
    // The webhook first, as everybody locks them.
    let failing_since: Option<Option<DateTime<Utc>>> = w::table
        .find(delivery.webhook_id)
        .filter(w::status.eq(Switch::Enabled))
        .select(w::failing_since)
        .for_no_key_update()
        .first(conn)
        .optional()?;
    if !write(conn, attempted)? {
        return Ok(());
    }
    let Some(failing_since) = failing_since else { return Ok(()) };
    let webhook = delivery.webhook_id;
    match verdict {
        Verdict::Sent if failing_since.is_some() => {
            update(w::table.find(webhook)).set(w::failing_since.eq(None::<DateTime<Utc>>)).execute(conn)?;
        }
        Verdict::Sent => {}
        Verdict::Gone => disable(conn, webhook, Reason::Gone)?,
        Verdict::Later(_) | Verdict::Failed => {
            let since = failing_since.unwrap_or(attempted.at);
            if failing_since.is_none() {
                update(w::table.find(webhook)).set(w::failing_since.eq(since)).execute(conn)?;
            }
            if is_hopeless(since, attempted.at) {
                log::warn!("webhook {webhook} is disabled: {}", line(outcome));
                disable(conn, webhook, Reason::Failing)?;
            }
        }
    }
    Ok(())
}

fn write(conn: &mut PgConnection, attempted: &Attempted) -> QueryResult<bool> {
    let Attempted { delivery, outcome, verdict, took_ms, .. } = attempted;
    let state = match verdict {
        Verdict::Sent => Status::Sent,
        Verdict::Later(_) => Status::Queued,
        Verdict::Failed | Verdict::Gone => Status::Failed,
    };
    let (status, body) = match outcome {
        Outcome::Answered { status, body, .. } => (i16::try_from(*status).ok(), Some(body.as_str())),
        Outcome::Failed(_) => (None, None),
    };
    // Only the attempt that holds the lease: whoever took it over counts one more.
    let held = d::table
        .find(delivery.id)
        .filter(d::state.eq(Status::Queued))
        .filter(d::attempts.eq(delivery.attempts));
    let said = (
        d::response_status.eq(status),
        d::response_body.eq(body),
        d::answer.eq(line(outcome)),
        d::duration_ms.eq(took_ms),
        d::leased_until.eq(None::<DateTime<Utc>>),
    );
    let written = if let Verdict::Later(delay) = verdict {
        let seconds = i32::try_from(delay.as_secs().max(1)).unwrap_or(i32::MAX);
        update(held)
            .set((said, d::next_attempt_at.eq(now.into_sql::<Timestamptz>() + seconds.seconds())))
            .execute(conn)?
    } else {
        update(held).set((said, d::state.eq(state), d::settled_at.eq(now))).execute(conn)?
    };
    Ok(written > 0)
}
