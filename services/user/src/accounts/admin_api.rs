//! What administrators do with accounts.

use actix_web::HttpRequest;
use paperclip::actix::{api_v2_operation, web};
use service_kit::{
    Problem,
    auth::Actor,
    http::{
        Id, IfMatch, Json, NoContent, Page, ValidJson, ValidQuery, Versioned, page::ListCall,
        params::NoParams,
    },
};

use super::{
    model::{User, UserView},
    operations, queries,
    requests::{ListUsersQuery, UpdateUserRequest},
};
use crate::{error::Error, state::AppState};

/// List accounts, the newest first. Administrators only.
#[api_v2_operation(operation_id = "list_users")]
pub async fn list_users(
    state: web::Data<AppState>,
    actor: Actor,
    query: ValidQuery<ListUsersQuery>,
    req: HttpRequest,
) -> Result<Json<Page<UserView>>, Problem> {
    actor.require_admin()?;
    let (query, request) = (query.0.clone(), query.0.page());
    let call = ListCall::new(&req, actor.id());
    let from = call.cursor(&state.cursors, &request, queries::NEWEST_FIRST)?;
    let (limit, counted, start) = (request.limit, request.count, from.clone());
    let read = state.db.read(move |conn| {
        let rows = queries::list(conn, &query, limit, start.as_ref())?;
        let count = if counted { Some(queries::count(conn, &query)?) } else { None };
        Ok::<_, Error>((rows, count))
    });
    let (rows, count) = read.await?;
    let place = |user: &User| (None, user.id);
    let page = call.page(&state.cursors, &request, queries::NEWEST_FIRST, from.as_ref(), rows, place);
    Ok(Json(Page { count, ..page.map(|user| UserView::from(&user)) }))
}

/// Read an account. Administrators only.
#[api_v2_operation(operation_id = "read_user")]
pub async fn read_user(
    state: web::Data<AppState>,
    actor: Actor,
    id: Id,
    _: ValidQuery<NoParams>,
) -> Result<Versioned<UserView>, Problem> {
    actor.require_admin()?;
    let user = state.db.read(move |conn| queries::find(conn, id.0).map_err(Error::from)).await?;
    user.as_ref().map(|user| Versioned(user.into())).ok_or_else(Problem::not_found)
}

/// Change an account's role or name, disable or enable it. Administrators only.
///
/// Who is demoted or disabled is signed out everywhere. The last active administrator stays one (409).
#[api_v2_operation(operation_id = "update_user")]
pub async fn update_user(
    state: web::Data<AppState>,
    actor: Actor,
    id: Id,
    if_match: IfMatch,
    _: ValidQuery<NoParams>,
    body: ValidJson<UpdateUserRequest>,
) -> Result<Versioned<UserView>, Problem> {
    actor.require_admin()?;
    let request = body.value;
    let update = move |conn: &mut _| operations::update_user(conn, &actor, id.0, request.clone(), &if_match);
    let user = state.db.transaction(update).await?;
    state.relay.wake();
    Ok(Versioned((&user).into()))
}

/// Delete an account. Administrators only.
///
/// Its sessions are over and its e-mail address is free again. The last active administrator stays (409).
#[api_v2_operation(operation_id = "delete_user")]
pub async fn delete_user(
    state: web::Data<AppState>,
    actor: Actor,
    id: Id,
    if_match: IfMatch,
    _: ValidQuery<NoParams>,
) -> Result<NoContent, Problem> {
    actor.require_admin()?;
    state.db.transaction(move |conn| operations::delete_user(conn, &actor, id.0, &if_match)).await?;
    state.relay.wake();
    Ok(NoContent)
}
