//! Rows that a statement brings along.

use diesel::{QueryResult, pg::Pg, query_builder::AstPass};

/// Pushes `(VALUES (…), …)`, each row's columns by `columns`. For a few rows, of which Postgres makes less ado than of arrays
/// to be taken apart; the statement's text depends on their number, so it is not for many.
///
/// # Errors
/// What `columns` fails with.
pub fn push_values<'b, T>(
    out: &mut AstPass<'_, 'b, Pg>,
    rows: &'b [T],
    columns: impl Fn(&mut AstPass<'_, 'b, Pg>, &'b T) -> QueryResult<()>,
) -> QueryResult<()> {
    for (number, row) in rows.iter().enumerate() {
        out.push_sql(if number == 0 { "(VALUES (" } else { "), (" });
        columns(out, row)?;
    }
    out.push_sql("))");
    Ok(())
}

/// Pushes bound values with commas between them: `push_columns!(out, (value => SqlType), …)`.
#[macro_export]
macro_rules! push_columns {
    ($out:expr, ($first:expr => $first_type:ty) $(, ($value:expr => $sql_type:ty))* $(,)?) => {{
        $out.push_bind_param::<$first_type, _>($first)?;
        $(
            $out.push_sql(", ");
            $out.push_bind_param::<$sql_type, _>($value)?;
        )*
    }};
}

/// Pushes `unnest(…)` of bound arrays, whose rows are the arrays' elements side by side: `push_unnest!(out, (array => SqlType of
/// its elements), …)`. For any number of rows, by one text and by one plan: how many they are is not seen when the statement
/// is planned (`SELECT` hides it), since by their number each call would be planned anew.
#[macro_export]
macro_rules! push_unnest {
    ($out:expr, ($first:expr => $first_type:ty) $(, ($array:expr => $sql_type:ty))* $(,)?) => {{
        $out.push_sql("unnest((SELECT ");
        $out.push_bind_param::<diesel::sql_types::Array<$first_type>, _>($first)?;
        $(
            $out.push_sql("), (SELECT ");
            $out.push_bind_param::<diesel::sql_types::Array<$sql_type>, _>($array)?;
        )*
        $out.push_sql("))");
    }};
}
