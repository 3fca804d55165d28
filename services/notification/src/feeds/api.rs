//! The edge of feeds: everybody's own.

use paperclip::actix::{api_v2_operation, web};
use service_kit::{
    Problem,
    auth::Actor,
    http::{Created, Id, Json, NoContent, ValidJson, ValidQuery, params::NoParams},
};

use super::{
    operations, queries,
    requests::CreateFeedRequest,
    secret::FeedSecret,
    views::{FeedWithUrlView, FeedsView},
};
use crate::{error::Error, state::AppState};

/// List your feeds, without their URLs.
#[api_v2_operation(operation_id = "list_feeds")]
pub async fn list_feeds(
    state: web::Data<AppState>,
    actor: Actor,
    _: ValidQuery<NoParams>,
) -> Result<Json<FeedsView>, Problem> {
    let user = actor.id();
    let rows = state.db.read(move |conn| queries::list(conn, user).map_err(Error::from)).await?;
    Ok(web::Json(FeedsView { results: rows.into_iter().map(Into::into).collect() }))
}

/// Make a feed for programs that cannot sign in, such as your calendar or your news reader.
///
/// `tasks` is an iCalendar document of your open tasks, and of those completed within 30 days, as to-dos, and as events
/// where they are due; `notifications` is an Atom feed. The answer shows the feed's secret URL, which is not shown again.
/// If you have a feed of that kind, its URL is void from now on.
#[api_v2_operation(operation_id = "create_feed")]
pub async fn create_feed(
    state: web::Data<AppState>,
    actor: Actor,
    _: ValidQuery<NoParams>,
    body: ValidJson<CreateFeedRequest>,
) -> Result<Created<FeedWithUrlView>, Problem> {
    let (user, kind, secret) = (actor.id(), body.value.kind, FeedSecret::random());
    let url = state.links.feed(&secret, kind);
    let feed = state.db.transaction(move |conn| operations::create(conn, user, kind, &secret)).await?;
    let location = format!("/api/notifications/feeds/{}/", feed.id);
    let view = FeedWithUrlView { id: feed.id, kind: feed.kind, created_at: feed.created_at, url };
    Ok(Created { view, location, replayed: false })
}

/// Revoke a feed: its URL is void at once.
#[api_v2_operation(operation_id = "delete_feed")]
pub async fn delete_feed(
    state: web::Data<AppState>,
    actor: Actor,
    id: Id,
    _: ValidQuery<NoParams>,
) -> Result<NoContent, Problem> {
    let user = actor.id();
    state.db.transaction(move |conn| operations::remove(conn, user, id.0)).await?;
    Ok(NoContent)
}
