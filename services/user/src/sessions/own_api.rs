//! One's own sessions: where am I signed in, and ending one of them.

use actix_web::HttpRequest;
use paperclip::actix::{Apiv2Schema, api_v2_operation, web};
use service_kit::{
    Problem,
    auth::Actor,
    http::{
        FromParams, Id, Json, NoContent, Page, PageRequest, Params, ValidQuery,
        page::{DEFAULT_LIMIT, ListCall},
        params::NoParams,
    },
};

use super::{model::SessionView, operations, queries};
use crate::{accounts::queries::NEWEST_FIRST, error::Error, state::AppState};

/// Query of the list of sessions.
#[derive(Debug, Clone, Apiv2Schema)]
pub struct ListSessionsQuery {
    /// Sessions a page, 1 to 100; 20 if left out.
    pub limit: Option<i64>,
    /// From `next` or `previous`.
    pub cursor: Option<String>,
    /// Also count all of them.
    pub count: Option<bool>,
}

impl FromParams for ListSessionsQuery {
    fn from_params(params: &mut Params) -> Self {
        let page = PageRequest::from_params(params);
        Self { limit: Some(page.limit), cursor: page.cursor, count: Some(page.count) }
    }
}

/// List where you are signed in, the newest session first.
#[api_v2_operation(operation_id = "list_sessions")]
pub async fn list_sessions(
    state: web::Data<AppState>,
    actor: Actor,
    query: ValidQuery<ListSessionsQuery>,
    req: HttpRequest,
) -> Result<Json<Page<SessionView>>, Problem> {
    let ListSessionsQuery { limit, cursor, count } = query.0;
    let session = actor.session()?;
    let request =
        PageRequest { limit: limit.unwrap_or(DEFAULT_LIMIT), cursor, count: count.unwrap_or(false) };
    let call = ListCall::new(&req, actor.id());
    let from = call.cursor(&state.cursors, &request, NEWEST_FIRST)?;
    let (user, asked, start) = (actor.id(), request.clone(), from.clone());
    let read = move |conn: &mut _| queries::list(conn, user, &asked, start.as_ref()).map_err(Error::from);
    let (rows, count) = state.db.read(read).await?;
    let place = |session: &super::model::Session| (None, session.id);
    let page = call.page(&state.cursors, &request, NEWEST_FIRST, from.as_ref(), rows, place);
    Ok(Json(Page { count, ..page.map(|row| SessionView::new(row, session)) }))
}

/// End one of your sessions.
#[api_v2_operation(operation_id = "end_session")]
pub async fn end_session(
    state: web::Data<AppState>,
    actor: Actor,
    id: Id,
    _: ValidQuery<NoParams>,
) -> Result<NoContent, Problem> {
    state.db.transaction(move |conn| operations::end(conn, &actor, id.0)).await?;
    state.relay.wake();
    Ok(NoContent)
}
