//! Making and revoking feeds, in the caller's transaction.

use diesel::{
    ExpressionMethods as _, PgConnection, QueryDsl as _, RunQueryDsl as _, SelectableHelper, delete,
    dsl::now, insert_into, pg::Pg,
};
use service_kit::http::Problem;
use uuid::Uuid;

use super::{
    model::{Feed, FeedKind},
    secret::FeedSecret,
};
use crate::{error::Error, schema::feeds as f};

/// Makes a feed. If there was one of that kind, it is that one still, at another URL: the former is void from now on.
///
/// # Errors
/// The database's.
pub fn create(
    conn: &mut PgConnection,
    user: Uuid,
    kind: FeedKind,
    secret: &FeedSecret,
) -> Result<Feed, Error> {
    let row = (
        f::id.eq(Uuid::now_v7()),
        f::user_id.eq(user),
        f::kind.eq(kind),
        f::secret_hash.eq(secret.hash().to_vec()),
        f::created_at.eq(now),
    );
    let feed = insert_into(f::table)
        .values(row)
        .on_conflict((f::user_id, f::kind))
        .do_update()
        .set((f::secret_hash.eq(secret.hash().to_vec()), f::created_at.eq(now)))
        .returning(<Feed as SelectableHelper<Pg>>::as_returning())
        .get_result(conn)?;
    Ok(feed)
}

/// Revokes one of `user`'s feeds.
///
/// # Errors
/// When it is not theirs.
pub fn remove(conn: &mut PgConnection, user: Uuid, id: Uuid) -> Result<(), Error> {
    let removed = delete(f::table.find(id).filter(f::user_id.eq(user))).execute(conn)?;
    if removed > 0 { Ok(()) } else { Err(Problem::not_found().into()) }
}
