//! The edge of the stream.

use std::collections::VecDeque;

use actix_web::web::Bytes;
use diesel::PgConnection;
use paperclip::actix::{api_v2_operation, web};
use service_kit::{
    Problem,
    auth::{Actor, Gate},
    http::{ValidQuery, params::NoParams},
};
use uuid::Uuid;

use super::{event_stream::EventStream, frame, last_event_id::LastEventId, standing::Standing};
use crate::{
    error::Error,
    notifications::{model::Notification, queries},
    state::AppState,
};

/// Missed notifications that are sent at most.
const MISSED: i64 = 100;

/// Where a stream begins.
struct Start {
    position: i64,
    missed: Vec<Notification>,
    unread: i64,
}

/// Follow your notifications as they come.
///
/// `event: notification` with the notification as `data` and its id as `id`, for each new one; `event: unread` with
/// `{"unread": n}`, first of all and for each new count; a comment every 15 s. Sent again with `Last-Event-ID`, the call
/// goes on after that notification: first come the latest 100 that were missed. The stream ends when the token expires
/// or is revoked; come back with a new one.
#[api_v2_operation(operation_id = "stream_notifications")]
pub async fn stream_notifications(
    state: web::Data<AppState>,
    gate: web::Data<Gate>,
    actor: Actor,
    _: ValidQuery<NoParams>,
    last: LastEventId,
) -> Result<EventStream, Problem> {
    let user = actor.id();
    let start = state.db.transaction(move |conn| begin(conn, user, last.0)).await?;
    let mut first: VecDeque<Bytes> = [frame::opening(start.unread)].into();
    for row in start.missed {
        first.push_back(frame::notification(row).map_err(|error| Problem::internal(&error))?);
    }
    Ok(EventStream {
        first,
        events: state.hub.join(user, start.position, start.unread),
        standing: Standing::new(gate.get_ref().clone(), actor.bearer),
        stop: state.stop.clone(),
    })
}

/// The position is read first: what is committed after that is at a later one, and comes by the hub.
fn begin(conn: &mut PgConnection, user: Uuid, last: Option<Uuid>) -> Result<Start, Error> {
    let latest = queries::latest_position(conn, user)?;
    let seen = last.map(|id| queries::position_of(conn, user, id)).transpose()?.flatten();
    let missed = match seen {
        Some(seen) => queries::after(conn, user, seen, MISSED)?,
        None => Vec::new(),
    };
    let position = missed.last().map_or(latest, |row| row.position.max(latest));
    Ok(Start { position, missed, unread: queries::unread(conn, user)? })
}
