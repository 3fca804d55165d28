//! The last JWKS that was fetched, in the service's own table `known_keys (url, jwks, fetched_at)`: so that a service which
//! starts while the user service is down verifies tokens all the same.

use diesel::{
    OptionalExtension as _, PgConnection, QueryableByName, RunQueryDsl as _, sql_query, sql_types::Text,
};

use crate::db::Db;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    jwks: String,
}

/// What was kept for this URL; `None`, and said aloud, when that cannot be read.
pub(super) async fn load(db: &Db, url: &str) -> Option<String> {
    let url = url.to_owned();
    let read = move |conn: &mut PgConnection| {
        let query = sql_query("SELECT jwks FROM known_keys WHERE url = $1").bind::<Text, _>(&url);
        anyhow::Ok(query.get_result::<Row>(conn).optional()?)
    };
    match db.read(read).await {
        Ok(row) => row.map(|row| row.jwks),
        Err(error) => {
            log::warn!("the kept signing keys cannot be read: {error:#}");
            None
        }
    }
}

/// Keeps it. A failure costs nothing now, and is said aloud.
pub(super) async fn keep(db: &Db, url: &str, jwks: &str) {
    let (url, jwks) = (url.to_owned(), jwks.to_owned());
    let write = move |conn: &mut PgConnection| {
        sql_query(
            "INSERT INTO known_keys (url, jwks) VALUES ($1, $2) \
             ON CONFLICT (url) DO UPDATE SET jwks = $2, fetched_at = now()",
        )
        .bind::<Text, _>(&url)
        .bind::<Text, _>(&jwks)
        .execute(conn)?;
        anyhow::Ok(())
    };
    if let Err(error) = db.transaction(write).await {
        log::warn!("the signing keys cannot be kept: {error:#}");
    }
}
