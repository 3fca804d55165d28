//! Fixed SQL that diesel prepares once per connection. `sql_query`, and diesel's own UPDATE and multi-row INSERT, are
//! parsed and planned anew on every call, which on a hot path costs several times as much as running them.

use diesel::{
    PgConnection, QueryResult,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    query_dsl::RunQueryDsl,
};

/// A statement that is planned for each call. A plan that is kept is right for the table as it was: for one whose rows come and
/// go by thousands within seconds, such as a queue, it can read them all for each of them, and it is kept until Postgres
/// collects statistics, a minute later at the earliest. Costs a tenth of a millisecond and a trip: for what is called for many
/// rows at a time.
#[derive(Debug, Clone, Copy)]
pub struct PlannedAnew<S>(pub S);

impl<S: QueryFragment<Pg>> QueryFragment<Pg> for PlannedAnew<S> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        self.0.walk_ast(out)
    }
}

impl<S> QueryId for PlannedAnew<S> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<S: Query> Query for PlannedAnew<S> {
    type SqlType = S::SqlType;
}

impl<S> RunQueryDsl<PgConnection> for PlannedAnew<S> {}

/// Declares a statement: its binds in order (each `?` in the SQL takes the next one), and the SQL types of its rows
/// where it answers some. The crate that uses it depends on diesel.
#[macro_export]
macro_rules! statement {
    (
        $(#[$doc:meta])*
        struct $name:ident { $($field:ident: $rust:ty => $sql_type:ty),* $(,)? }
        -> $rows:ty;
        $sql:literal
    ) => {
        $crate::statement! {
            $(#[$doc])*
            struct $name { $($field: $rust => $sql_type),* }
            $sql
        }

        impl diesel::query_builder::Query for $name<'_> {
            type SqlType = $rows;
        }
    };
    (
        $(#[$doc:meta])*
        struct $name:ident { $($field:ident: $rust:ty => $sql_type:ty),* $(,)? }
        $sql:literal
    ) => {
        $(#[$doc])*
        struct $name<'a> {
            $($field: &'a $rust,)*
        }

        impl diesel::query_builder::QueryFragment<diesel::pg::Pg> for $name<'_> {
            fn walk_ast<'b>(
                &'b self,
                mut out: diesel::query_builder::AstPass<'_, 'b, diesel::pg::Pg>,
            ) -> diesel::QueryResult<()> {
                let mut parts = $sql.split('?');
                out.push_sql(parts.next().unwrap_or_default());
                $(
                    out.push_bind_param::<$sql_type, _>(self.$field)?;
                    out.push_sql(parts.next().unwrap_or_default());
                )*
                Ok(())
            }
        }

        impl diesel::query_builder::QueryId for $name<'_> {
            type QueryId = $name<'static>;
            const HAS_STATIC_QUERY_ID: bool = true;
        }

        impl diesel::query_dsl::RunQueryDsl<diesel::PgConnection> for $name<'_> {}
    };
}
