//! The edge that feed readers use: who has the URL may read.

use paperclip::actix::{api_v2_operation, web};
use service_kit::{
    Problem,
    http::{ValidQuery, params::NoParams},
};

use super::{atom, calendar, document::FeedDocument, model::FeedKind, queries, secret::FeedSecret};
use crate::{error::Error, notifications, state::AppState};

/// Notifications of a feed at most.
const MOST_NOTIFICATIONS: i64 = 50;

/// Read a calendar of tasks (iCalendar) by its secret URL.
#[api_v2_operation(operation_id = "read_task_calendar")]
pub async fn read_task_calendar(
    state: web::Data<AppState>,
    secret: FeedSecret,
    _: ValidQuery<NoParams>,
) -> Result<FeedDocument, Problem> {
    let read = state.db.read(move |conn| {
        let owner = queries::owner(conn, &secret, FeedKind::Tasks)?.ok_or_else(Problem::not_found)?;
        Ok::<_, Error>((queries::tasks(conn, owner.user)?, owner.zone))
    });
    let (tasks, zone) = read.await?;
    let text = calendar::calendar(&tasks, zone, &state.links);
    Ok(FeedDocument { content_type: "text/calendar; charset=utf-8", text })
}

/// Read a feed of notifications (Atom) by its secret URL: the latest 50.
#[api_v2_operation(operation_id = "read_notification_feed")]
pub async fn read_notification_feed(
    state: web::Data<AppState>,
    secret: FeedSecret,
    _: ValidQuery<NoParams>,
) -> Result<FeedDocument, Problem> {
    let read = state.db.read(move |conn| {
        let owner = queries::owner(conn, &secret, FeedKind::Notifications)?.ok_or_else(Problem::not_found)?;
        let mut rows = notifications::queries::after(conn, owner.user, 0, MOST_NOTIFICATIONS)?;
        rows.reverse();
        Ok::<_, Error>((rows, owner))
    });
    let (rows, owner) = read.await?;
    let text = atom::feed(owner.feed, owner.made, &rows, &state.links);
    Ok(FeedDocument { content_type: "application/atom+xml; charset=utf-8", text })
}
