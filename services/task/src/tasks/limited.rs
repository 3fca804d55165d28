//! How many rows are wanted, said in a statement's text.

use diesel::{
    PgConnection, QueryResult, RunQueryDsl,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
};
use service_kit::http::page::{DEFAULT_LIMIT, MAX_LIMIT};

/// The numbers of rows that statements are kept for: pages, and the one row more that says that there is a next one.
const SIZES: [i64; 3] = [DEFAULT_LIMIT + 1, 51, MAX_LIMIT + 1];

/// A statement that reads a few rows of many. Where the number is a parameter, Postgres takes it for a tenth of all when it
/// plans once for every caller, finds that dear, and plans each call anew: which takes several times as long as reading the
/// page.
pub struct Limited<Q> {
    statement: Q,
    rows: i64,
}

impl<Q> Limited<Q> {
    /// At least `rows` rows of those of `statement`, if there are as many, and not many more.
    pub fn new(statement: Q, rows: i64) -> Self {
        let size = SIZES.into_iter().find(|size| *size >= rows);
        Self { statement, rows: size.unwrap_or(rows) }
    }
}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Limited<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.statement.walk_ast(out.reborrow())?;
        out.push_sql(" LIMIT ");
        out.push_sql(&self.rows.to_string());
        Ok(())
    }
}

/// Kept by its text.
impl<Q> QueryId for Limited<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for Limited<Q> {
    type SqlType = Q::SqlType;
}

impl<Q> RunQueryDsl<PgConnection> for Limited<Q> {}
