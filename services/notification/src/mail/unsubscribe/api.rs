//! The edge of the way out: for anyone who has the link, which is in every mail.

use askama::Template as _;
use paperclip::actix::{Apiv2Schema, api_v2_operation, web};
use service_kit::{
    Problem,
    http::{FromParams, Params, ValidQuery},
};
use uuid::Uuid;

use super::{page::Html, token::Scope};
use crate::{
    error::Error, language::Language, mail::templates::UnsubscribePage, preferences::operations,
    state::AppState,
};

/// Query of the link.
#[derive(Debug, Clone, Apiv2Schema)]
pub struct UnsubscribeQuery {
    /// From the mail.
    pub token: String,
}

impl FromParams for UnsubscribeQuery {
    fn from_params(params: &mut Params) -> Self {
        Self { token: params.required("token").unwrap_or_default() }
    }
}

fn opened(state: &AppState, query: &UnsubscribeQuery) -> Result<(Uuid, Scope), Problem> {
    let known = state.post.unsubscribe.open(&query.token);
    known.ok_or_else(|| Problem::bad_request("This link is not whole. Copy all of it from the mail."))
}

/// Show the page on which mails can be stopped. It changes nothing.
///
/// The link is in every mail. Whoever has it need not be signed in, and can do nothing else with it.
#[api_v2_operation(operation_id = "show_unsubscribe_page")]
pub async fn show_unsubscribe_page(
    state: web::Data<AppState>,
    query: ValidQuery<UnsubscribeQuery>,
) -> Result<Html, Problem> {
    let (user, scope) = opened(&state, &query.0)?;
    let read = state.db.read(move |conn| Ok::<_, Error>(operations::read(conn, user)?.language));
    let language = read.await?;
    let words = language.catalogue().words();
    let all = (words.stop_all.to_owned(), state.post.unsubscribe.seal(user, Scope::All));
    let choices = match scope {
        Scope::All => vec![all],
        Scope::Kind(kind) => {
            let label = format!("{} {}", words.stop_kind, language.catalogue().kind(kind));
            vec![(label, query.0.token), all]
        }
    };
    page(&UnsubscribePage { words, done: None, choices: &choices })
}

/// Stop mails: those of the type that the link is for, or all. Doing it twice changes nothing.
///
/// This is the one-click way of RFC 8058, which mail programs call by themselves when somebody asks them to; the body
/// (`List-Unsubscribe=One-Click`) is not read. Notifications in the app and webhooks go on.
#[api_v2_operation(operation_id = "unsubscribe_from_mails")]
pub async fn unsubscribe_from_mails(
    state: web::Data<AppState>,
    query: ValidQuery<UnsubscribeQuery>,
) -> Result<Html, Problem> {
    let (user, scope) = opened(&state, &query.0)?;
    let only = match scope {
        Scope::All => None,
        Scope::Kind(kind) => Some(kind),
    };
    let work = state.db.transaction(move |conn| {
        // Somebody whose account was deleted gets none anyway, and leaves nothing here.
        let is_gone = directory::find(conn, user)?.is_some_and(|person| person.deleted);
        if is_gone {
            return Ok::<_, Error>(Language::English);
        }
        operations::stop_mails(conn, user, only)?;
        Ok(operations::read(conn, user)?.language)
    });
    let language = work.await?;
    let words = language.catalogue().words();
    let done = match scope {
        Scope::All => words.stopped_all.to_owned(),
        Scope::Kind(kind) => format!("{} {}", words.stopped_kind, language.catalogue().kind(kind)),
    };
    page(&UnsubscribePage { words, done: Some(&done), choices: &[] })
}

fn page(page: &UnsubscribePage<'_>) -> Result<Html, Problem> {
    page.render().map(Html).map_err(|error| Problem::internal(&error))
}
