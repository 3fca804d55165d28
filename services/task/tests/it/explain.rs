//! `EXPLAIN` of a statement, with its binds in place.

#![allow(dead_code)] // the tests want plans, the benchmark wants what they cost

use diesel::{
    PgConnection, QueryResult, RunQueryDsl,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::Text,
};

pub struct Explain<Q> {
    statement: Q,
    verb: &'static str,
}

impl<Q: QueryFragment<Pg>> Explain<Q> {
    /// How Postgres would do it.
    pub fn plain(statement: Q) -> Self {
        Self { statement, verb: "EXPLAIN " }
    }

    /// How it did it, and what it read.
    pub fn analyzed(statement: Q) -> Self {
        Self { statement, verb: "EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, SUMMARY OFF) " }
    }

    pub fn lines(self, conn: &mut PgConnection) -> Vec<String> {
        self.load::<String>(conn).unwrap()
    }
}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Explain<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        out.push_sql(self.verb);
        self.statement.walk_ast(out.reborrow())
    }
}

impl<Q> QueryId for Explain<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q> Query for Explain<Q> {
    type SqlType = Text;
}

impl<Q> RunQueryDsl<PgConnection> for Explain<Q> {}
