//! The edge of groups.

use actix_web::HttpRequest;
use paperclip::actix::{api_v2_operation, web};
use service_kit::{
    Problem,
    auth::Actor,
    http::{Json, Page, ValidQuery, page::ListCall},
};

use super::{
    queries::{self, Group},
    views::NotificationGroupView,
};
use crate::{
    error::Error,
    notifications::{
        api::{NEWEST_FIRST, place_at},
        queries::{Reading, Wanted},
        requests::ListNotificationsQuery,
    },
    state::AppState,
};

/// List your notifications by task, the task that you were last told of first.
///
/// The filters are those of the list of notifications: a group holds what that list would show about its task. To read or
/// archive a whole group, name its task: `POST …/read-all/?task=`, `POST …/archive-all/?task=`.
#[api_v2_operation(operation_id = "list_notification_groups")]
pub async fn list_notification_groups(
    state: web::Data<AppState>,
    actor: Actor,
    query: ValidQuery<ListNotificationsQuery>,
    req: HttpRequest,
) -> Result<Json<Page<NotificationGroupView>>, Problem> {
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
    let read = state.db.read(move |conn| {
        let count = if counts { Some(queries::count(conn, &wanted)?) } else { None };
        Ok::<_, Error>((queries::list(conn, &wanted, reading)?, count))
    });
    let (rows, count) = read.await?;
    let place = |group: &Group| (Some(group.latest.position.to_string()), group.latest.id);
    let page = call.page(&state.cursors, &request, NEWEST_FIRST, from.as_ref(), rows, place);
    Ok(Json(Page { count, ..page.map(NotificationGroupView::from) }))
}
