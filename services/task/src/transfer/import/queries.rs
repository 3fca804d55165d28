//! Reads of imports.

use diesel::{
    OptionalExtension as _, PgConnection, QueryDsl as _, QueryResult, RunQueryDsl as _, SelectableHelper as _,
};
use uuid::Uuid;

use super::model::Import;
use crate::schema::task_imports;

/// The import of that id.
///
/// # Errors
/// The database's.
pub fn find(conn: &mut PgConnection, id: Uuid) -> QueryResult<Option<Import>> {
    task_imports::table.find(id).select(Import::as_select()).first(conn).optional()
}
