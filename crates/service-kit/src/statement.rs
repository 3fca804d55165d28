//! Fixed SQL that diesel prepares once per connection. `sql_query`, and diesel's own UPDATE and multi-row INSERT, are
//! parsed and planned anew on every call, which on a hot path costs several times as much as running them.

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
