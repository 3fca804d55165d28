//! Puts a mail into the queue.

use diesel::{ExpressionMethods as _, PgConnection, QueryResult, RunQueryDsl as _, insert_into};
use service_kit::context::RequestContext;
use uuid::Uuid;

use super::kind::Kind;
use crate::schema::mails;

/// Writes a mail to `address` about `user`, in the transaction of what it tells of. Gives its id.
///
/// # Errors
/// The database's.
pub fn post(conn: &mut PgConnection, kind: Kind, user: Option<Uuid>, address: &str) -> QueryResult<Uuid> {
    let (id, context) = (Uuid::now_v7(), RequestContext::current());
    let context = context.as_ref();
    insert_into(mails::table)
        .values((
            mails::id.eq(id),
            mails::kind.eq(kind.as_str()),
            mails::user_id.eq(user),
            mails::address.eq(address),
            mails::client_address.eq(context.and_then(|context| context.client.clone())),
            mails::user_agent.eq(context.and_then(|context| context.user_agent.clone())),
            mails::request_id.eq(context.map(|context| context.request_id.clone())),
        ))
        .execute(conn)?;
    Ok(id)
}
