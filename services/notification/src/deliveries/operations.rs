//! Trying again what was given up, in the caller's transaction.

use diesel::PgConnection;
use service_kit::http::Problem;
use uuid::Uuid;

use super::{
    model::{Channel, Status},
    queries,
    views::DeliveryView,
};
use crate::{error::Error, mail, webhooks};

/// Puts a delivery that failed or was skipped back into its queue, with all its attempts before it.
///
/// # Errors
/// 404 when there is none of that id, 409 when it was sent or is still being tried.
pub fn retry(conn: &mut PgConnection, id: Uuid) -> Result<DeliveryView, Error> {
    let delivery = queries::find(conn, id)?.ok_or_else(Problem::not_found)?;
    let queued = match delivery.channel {
        Channel::Email => mail::entries::requeue(conn, id)?,
        Channel::Webhook => webhooks::queue::requeue_given_up(conn, id)?,
    };
    if !queued {
        let why = match delivery.status {
            Status::Sent => "It was sent: there is nothing to try again.",
            Status::Gathered | Status::Digested => "It goes with a digest.",
            Status::Queued | Status::Failed | Status::Skipped => "It is still being tried.",
        };
        return Err(Problem::conflict(why).into());
    }
    let now = queries::find(conn, id)?.ok_or_else(Problem::not_found)?;
    Ok(now.into())
}
