//! The edge of preferences: everybody's own.

use paperclip::actix::{api_v2_operation, web};
use service_kit::{
    Problem,
    auth::Actor,
    http::{IfMatch, ValidJson, ValidQuery, Versioned, params::NoParams},
};

use super::{operations, requests::PutPreferencesRequest, views::PreferencesView};
use crate::{error::Error, state::AppState};

/// Show what you want to be told, and how.
#[api_v2_operation(operation_id = "read_notification_preferences")]
pub async fn read_notification_preferences(
    state: web::Data<AppState>,
    actor: Actor,
    _: ValidQuery<NoParams>,
) -> Result<Versioned<PreferencesView>, Problem> {
    let user = actor.id();
    let read = state.db.read(move |conn| operations::read(conn, user).map_err(Error::from));
    Ok(Versioned(read.await?.into()))
}

/// Change what you want to be told, and how: only what is sent changes.
///
/// A type that is off in the app leaves no notification there: it is neither listed nor counted nor streamed. Its mails
/// are a matter of `email` alone. What was told before stays.
#[api_v2_operation(operation_id = "put_notification_preferences")]
pub async fn put_notification_preferences(
    state: web::Data<AppState>,
    actor: Actor,
    _: ValidQuery<NoParams>,
    if_match: IfMatch,
    body: ValidJson<PutPreferencesRequest>,
) -> Result<Versioned<PreferencesView>, Problem> {
    let (user, request) = (actor.id(), body.value);
    let work = state.db.transaction(move |conn| operations::put(conn, user, &request, &if_match));
    Ok(Versioned(work.await?))
}
