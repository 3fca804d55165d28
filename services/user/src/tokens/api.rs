//! One's own personal access tokens, and what a token tells of itself.

use actix_web::HttpRequest;
use paperclip::actix::{api_v2_operation, web};
use service_kit::{
    Problem,
    auth::{Actor, Credential, PersonalToken},
    http::{
        Created, Id, IdempotencyKey, IfMatch, Json, NoContent, Page, PageRequest, ValidJson, ValidQuery,
        Versioned,
        idempotency::{self, Scope},
        page::ListCall,
        params::NoParams,
    },
};

use super::{
    model::{CreatedTokenView, CurrentTokenView, PersonalTokenView, TokenRow},
    operations, queries,
    requests::{CreateTokenRequest, ListTokensQuery},
};
use crate::{
    accounts::{self, model::UserView, queries::NEWEST_FIRST},
    error::Error,
    state::AppState,
};

/// Create a personal access token.
///
/// The token is in this answer and nowhere else; keep it now. It works like an access token within its scopes and within
/// what you may do yourself, in all three services, until it expires or is revoked. It cannot change passwords, and it
/// makes no tokens.
#[api_v2_operation(operation_id = "create_personal_token")]
pub async fn create_personal_token(
    state: web::Data<AppState>,
    actor: Actor,
    key: IdempotencyKey,
    _: ValidQuery<NoParams>,
    body: ValidJson<CreateTokenRequest>,
) -> Result<Created<CreatedTokenView>, Problem> {
    actor.session()?;
    let token = PersonalToken::random();
    let (secret, request) = (token.reveal().to_owned(), body.value);
    let scope = Scope {
        caller: actor.id().to_string(),
        route: "POST /api/users/me/tokens/",
        key,
        digest: body.digest,
    };
    // What is stored for a repetition has no secret in it.
    let create = move |conn: &mut _| {
        idempotency::once(conn, &scope, |conn| {
            operations::create(conn, &actor, &token, &request).map(CreatedTokenView::of)
        })
    };
    let once: idempotency::Once<CreatedTokenView> = state.db.transaction::<_, Error, _>(create).await?;
    let view = CreatedTokenView { token: (!once.replayed).then_some(secret), ..once.reply };
    let location = format!("/api/users/me/tokens/{}/", view.id);
    Ok(Created { view, location, replayed: once.replayed })
}

/// List your personal access tokens, the newest first.
#[api_v2_operation(operation_id = "list_personal_tokens")]
pub async fn list_personal_tokens(
    state: web::Data<AppState>,
    actor: Actor,
    query: ValidQuery<ListTokensQuery>,
    req: HttpRequest,
) -> Result<Json<Page<PersonalTokenView>>, Problem> {
    let request = PageRequest::from(query.0.clone());
    let call = ListCall::new(&req, actor.id());
    let from = call.cursor(&state.cursors, &request, NEWEST_FIRST)?;
    let (user, asked, start) = (actor.id(), request.clone(), from.clone());
    let read = move |conn: &mut _| queries::list(conn, user, &asked, start.as_ref()).map_err(Error::from);
    let (rows, count) = state.db.read(read).await?;
    let place = |row: &TokenRow| (None, row.id);
    let page = call.page(&state.cursors, &request, NEWEST_FIRST, from.as_ref(), rows, place);
    Ok(Json(Page { count, ..page.map(PersonalTokenView::from) }))
}

/// Read one of your personal access tokens.
#[api_v2_operation(operation_id = "read_personal_token")]
pub async fn read_personal_token(
    state: web::Data<AppState>,
    actor: Actor,
    id: Id,
    _: ValidQuery<NoParams>,
) -> Result<Versioned<PersonalTokenView>, Problem> {
    let user = actor.id();
    let row = state.db.read(move |conn| queries::find(conn, user, id.0).map_err(Error::from)).await?;
    row.map(|row| Versioned(row.into())).ok_or_else(Problem::not_found)
}

/// Revoke one of your personal access tokens. Within two seconds it is void everywhere.
#[api_v2_operation(operation_id = "revoke_personal_token")]
pub async fn revoke_personal_token(
    state: web::Data<AppState>,
    actor: Actor,
    id: Id,
    if_match: IfMatch,
    _: ValidQuery<NoParams>,
) -> Result<NoContent, Problem> {
    actor.session()?;
    state.db.transaction(move |conn| operations::revoke(conn, &actor, id.0, &if_match)).await?;
    state.relay.wake();
    Ok(NoContent)
}

/// Read what the personal access token of this very request is: whose, and for what.
///
/// The other services ask this when they meet a token for the first time, and now and then after. A session has none: 404.
#[api_v2_operation(operation_id = "read_current_token")]
pub async fn read_current_token(
    state: web::Data<AppState>,
    actor: Actor,
    _: ValidQuery<NoParams>,
) -> Result<Json<CurrentTokenView>, Problem> {
    let Credential::Token { id, .. } = actor.credential else { return Err(Problem::not_found()) };
    let user = actor.id();
    let read = move |conn: &mut _| {
        let (token, user) = (queries::find(conn, user, id)?, accounts::queries::find(conn, user)?);
        Ok::<_, Error>(token.zip(user))
    };
    let (token, user) = state.db.read(read).await?.ok_or_else(Problem::not_found)?;
    let PersonalTokenView { id, name, scopes, expires_at, .. } = token.into();
    Ok(Json(CurrentTokenView { id, name, scopes, expires_at, user: UserView::from(&user) }))
}
