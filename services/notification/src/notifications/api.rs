//! The edge of notifications: everybody's own, and nobody else's.

use actix_web::HttpRequest;
use paperclip::actix::{api_v2_operation, web};
use service_kit::{
    Problem,
    auth::Actor,
    http::{
        Cursor, Id, IfMatch, Json, NoContent, Page, ValidJson, ValidQuery, Versioned, page::ListCall,
        params::NoParams,
    },
};

use super::{
    model::Notification,
    operations,
    queries::{self, Reading, Wanted},
    requests::{ListNotificationsQuery, UpdateNotificationRequest},
    views::{NotificationView, UnreadCountView},
};
use crate::{error::Error, state::AppState};

pub(super) const NEWEST_FIRST: &str = "newest";

/// List your notifications, newest first: the unread ones, or as `state` says.
///
/// What you archived or snoozed is in the list of its own state alone; `all` means read and unread.
#[api_v2_operation(operation_id = "list_notifications")]
pub async fn list_notifications(
    state: web::Data<AppState>,
    actor: Actor,
    query: ValidQuery<ListNotificationsQuery>,
    req: HttpRequest,
) -> Result<Json<Page<NotificationView>>, Problem> {
    let query = query.0;
    let (request, call) = (query.page(), ListCall::new(&req, actor.id()));
    let from = call.cursor(&state.cursors, &request, NEWEST_FIRST)?;
    let reading = Reading {
        from: from.as_ref().map(place_at).transpose()?,
        backward: from.as_ref().is_some_and(|cursor| cursor.backward),
        limit: request.limit + 1,
    };
    let wanted = Wanted {
        user: actor.id(),
        state: query.state.unwrap_or_default(),
        kinds: query.r#type.map(|kinds| kinds.0),
        task: query.task,
    };
    let counts = request.count;
    let (rows, count): (Vec<Notification>, _) = if wanted.is_plain() && !counts {
        (state.db.load::<_, _, Error>(move || queries::part(&wanted, reading)).await?, None)
    } else {
        let read = state.db.read(move |conn| {
            let count = if counts { Some(queries::count(conn, &wanted)?) } else { None };
            Ok::<_, Error>((queries::list(conn, &wanted, reading)?, count))
        });
        read.await?
    };
    let place = |row: &Notification| (Some(row.position.to_string()), row.id);
    let page = call.page(&state.cursors, &request, NEWEST_FIRST, from.as_ref(), rows, place);
    Ok(Json(Page { count, ..page.map(NotificationView::from) }))
}

/// The position that a cursor of a list newest first stands for.
///
/// # Errors
/// 400 when it is the cursor of another list.
pub(super) fn place_at(cursor: &Cursor) -> Result<i64, Problem> {
    let position = cursor.key.as_ref().and_then(|key| key.parse().ok());
    position.ok_or_else(|| Problem::bad_request("This cursor does not belong to this list."))
}

/// Count your unread notifications: those in the inbox, so neither archived nor snoozed.
#[api_v2_operation(operation_id = "count_unread_notifications")]
pub async fn count_unread_notifications(
    state: web::Data<AppState>,
    actor: Actor,
    _: ValidQuery<NoParams>,
) -> Result<Json<UnreadCountView>, Problem> {
    let user = actor.id();
    let unread: Option<i64> = state.db.find::<_, _, Error>(move || queries::number_unread(user)).await?;
    Ok(Json(UnreadCountView { unread: unread.unwrap_or_default() }))
}

/// Read a notification (which does not mark it as read).
#[api_v2_operation(operation_id = "read_notification")]
pub async fn read_notification(
    state: web::Data<AppState>,
    actor: Actor,
    id: Id,
    _: ValidQuery<NoParams>,
) -> Result<Versioned<NotificationView>, Problem> {
    let user = actor.id();
    let row = state.db.find::<_, _, Error>(move || queries::by_id(user, id.0)).await?;
    Ok(Versioned(row.ok_or(Error::NoSuchNotification)?.into()))
}

/// Mark a notification as read or unread, archive it, or snooze it: only what is sent changes.
///
/// What is archived has left the inbox and is not counted as unread. What is snoozed is away until then, and comes back
/// unread, at the top of the list, and on the stream.
#[api_v2_operation(operation_id = "update_notification")]
pub async fn update_notification(
    state: web::Data<AppState>,
    actor: Actor,
    id: Id,
    _: ValidQuery<NoParams>,
    if_match: IfMatch,
    body: ValidJson<UpdateNotificationRequest>,
) -> Result<Versioned<NotificationView>, Problem> {
    let (user, change) = (actor.id(), body.value.into());
    let work = state.db.transaction(move |conn| operations::change(conn, user, id.0, &change, &if_match));
    Ok(Versioned(work.await?))
}

/// Delete a notification. It never comes back.
#[api_v2_operation(operation_id = "delete_notification")]
pub async fn delete_notification(
    state: web::Data<AppState>,
    actor: Actor,
    id: Id,
    _: ValidQuery<NoParams>,
    if_match: IfMatch,
) -> Result<NoContent, Problem> {
    let user = actor.id();
    state.db.transaction(move |conn| operations::remove(conn, user, id.0, &if_match)).await?;
    Ok(NoContent)
}
