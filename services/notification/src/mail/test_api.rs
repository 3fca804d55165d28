//! The edge of the test mail: does mail work, and if not, what does the server say? Administrators only.

use ::mail::{MailFault, Verdict};
use paperclip::actix::{api_v2_operation, web};
use service_kit::{
    Problem,
    auth::Actor,
    http::{Json, ValidQuery, params::NoParams},
};
use uuid::Uuid;

use super::{entries, queue};
use crate::{
    deliveries::{self, views::DeliveryView},
    error::Error,
    preferences::operations,
    state::AppState,
};

/// Send yourself a test mail. Administrators only.
///
/// It is sent before the answer, which is its entry in the delivery log: `sent` or `failed`, with the mail server's words,
/// or `skipped` where mail is not set up. A test that fails is not tried again.
#[api_v2_operation(operation_id = "send_test_mail")]
pub async fn send_test_mail(
    state: web::Data<AppState>,
    actor: Actor,
    _: ValidQuery<NoParams>,
) -> Result<Json<DeliveryView>, Problem> {
    actor.require_admin()?;
    let (id, user, address) = (Uuid::now_v7(), actor.id(), actor.account.email.clone());
    let to = address.clone();
    let work = state.db.transaction(move |conn| {
        let language = operations::read(conn, user)?.language;
        Ok::<_, Error>(entries::push_test(conn, id, user, language, &to)?)
    });
    let row = work.await?;
    let verdict = match (&state.post.mailer, state.post.letters.letter(&row, &address, &[])) {
        (None, _) => Verdict::Skipped(queue::NOT_SET_UP.to_owned()),
        (Some(_), Err(fault)) => Verdict::Failed(fault.to_string()),
        (Some(mailer), Ok(mail)) => match mailer.send(&mail).await {
            Ok(answer) => Verdict::Sent(answer),
            Err(MailFault::Permanent(answer) | MailFault::Passing(answer)) => Verdict::Failed(answer),
        },
    };
    let work = state.db.transaction(move |conn| {
        queue::settle(conn, &[(id, verdict.clone())])?;
        Ok::<_, Error>(deliveries::queries::find(conn, id)?)
    });
    let delivery = work.await?.ok_or_else(Problem::not_found)?;
    Ok(web::Json(delivery.into()))
}
