//! Reads of tasks. Each is one statement, and each ordering of each scope has an index of its own (`migrations/task`).

use diesel::{
    ExpressionMethods as _, IntoSql as _, OptionalExtension as _, PgConnection, QueryDsl as _, QueryResult,
    RunQueryDsl as _, SelectableHelper as _, define_sql_function,
    dsl::{AsSelect, SqlTypeOf, sql},
    pg::Pg,
    sql_types::{Bool, Nullable, Record, SmallInt, Text, Timestamptz, Uuid as SqlUuid},
};
use uuid::Uuid;

use super::{
    filter::{Assigned, Scope, TaskFilter},
    model::Task,
    ordering::{Ordering, Place, SortKey},
    search::{self, Matches, words_wanted},
};
use crate::schema::tasks;

define_sql_function! {
    /// Postgres's `lower`.
    fn lower(text: Text) -> Text;
}
/// Where a page begins, and which way it is read.
#[derive(Debug, Clone)]
pub struct Reading {
    /// In this order.
    pub ordering: Ordering,
    /// After this place, in reading direction; from the very beginning if `None`.
    pub from: Option<Place>,
    /// Towards the beginning.
    pub backward: bool,
    /// At most so many.
    pub limit: i64,
}

/// The task of that id, also from the trash.
///
/// # Errors
/// The database's.
pub fn find(conn: &mut PgConnection, id: Uuid) -> QueryResult<Option<Task>> {
    tasks::table.find(id).select(Task::as_select()).first(conn).optional()
}

/// A statement under construction, whose rows are of that kind.
pub type Rows<'a, Kind> = tasks::BoxedQuery<'a, Pg, Kind>;

/// The tasks of a page, in reading direction.
///
/// # Errors
/// The database's.
pub fn list(conn: &mut PgConnection, filter: &TaskFilter, reading: &Reading) -> QueryResult<Vec<Task>> {
    match search::rare(conn, filter)? {
        Some(filter) => page(&filter, reading).load(conn),
        None => page(filter, reading).load(conn),
    }
}

/// The statement of [`list`].
#[must_use]
pub fn page<'a>(filter: &'a TaskFilter, reading: &'a Reading) -> Rows<'a, SqlTypeOf<AsSelect<Task, Pg>>> {
    let rows = narrowed(tasks::table.select(Task::as_select()).into_boxed(), filter);
    arranged(rows, filter, reading).limit(reading.limit)
}

/// How many tasks there are in all.
///
/// # Errors
/// The database's.
pub fn count(conn: &mut PgConnection, filter: &TaskFilter) -> QueryResult<i64> {
    narrowed(tasks::table.count().into_boxed(), filter).get_result(conn)
}

fn narrowed<'a, Kind>(mut rows: Rows<'a, Kind>, filter: &'a TaskFilter) -> Rows<'a, Kind> {
    rows = match filter.scope {
        Scope::All => rows.filter(tasks::deleted_at.is_null()),
        Scope::AssignedTo(id) => rows.filter(tasks::assignee_id.eq(id)).filter(tasks::deleted_at.is_null()),
        Scope::Trash => rows.filter(tasks::deleted_at.is_not_null()),
    };
    if let Some(status) = &filter.status {
        rows = rows.filter(tasks::status.eq_any(status));
    }
    if filter.is_common() {
        return rows;
    }
    // diesel keeps a statement by its text, for ever. Of the rarer combinations there are thousands: a literal says
    // that they are not to be kept.
    rows = rows.filter(sql::<Bool>("TRUE"));
    if let Some(priority) = &filter.priority {
        rows = rows.filter(tasks::priority.eq_any(priority));
    }
    rows = match filter.assigned {
        Some(Assigned::To(id)) => rows.filter(tasks::assignee_id.eq(id)),
        Some(Assigned::Nobody) => rows.filter(tasks::assignee_id.is_null()),
        None => rows,
    };
    if let Some(creator) = filter.created_by {
        rows = rows.filter(tasks::created_by.eq(creator));
    }
    if let Some(instant) = filter.due_before {
        rows = rows.filter(tasks::due_key.lt(instant));
    }
    if let Some(instant) = filter.due_after {
        rows = rows.filter(tasks::due_key.gt(instant)).filter(tasks::due_date.is_not_null());
    }
    if let Some(now) = filter.overdue_at {
        // Word for word the condition of the index of open tasks.
        rows = rows.filter(tasks::due_key.lt(now)).filter(sql::<Bool>("status <> 'completed'"));
    }
    if let Some(words) = &filter.words {
        rows = rows.filter(Matches::new(tasks::words, words_wanted(words)));
    }
    if let Some(ids) = &filter.among {
        rows = rows.filter(tasks::id.eq_any(ids));
    }
    rows
}

/// Adds the order, and the place after which the rows begin. Both directions read the same index.
///
/// Of one assignee's rows the place begins with the assignee, though they all have the same one. By the key alone Postgres
/// reckons that hardly a row comes after the last of a long run of equals, takes everybody's index for as good as the
/// assignee's, and then looks through all the others' rows.
macro_rules! arrange {
    ($rows:expr, $column:expr, $kind:ty, $upwards:expr, $whose:expr, $after:expr) => {{
        let place = || ($column, tasks::id).into_sql::<Record<($kind, SqlUuid)>>();
        let own = || {
            let columns = (tasks::assignee_id, $column, tasks::id);
            columns.into_sql::<Record<(Nullable<SqlUuid>, $kind, SqlUuid)>>()
        };
        let rows = match ($after, $whose, $upwards) {
            (Some((key, id)), Some(whose), true) => $rows.filter(own().gt((whose, key, id))),
            (Some((key, id)), Some(whose), false) => $rows.filter(own().lt((whose, key, id))),
            (Some(after), None, true) => $rows.filter(place().gt(after)),
            (Some(after), None, false) => $rows.filter(place().lt(after)),
            (None, ..) => $rows,
        };
        if $upwards {
            rows.order(($column.asc(), tasks::id.asc()))
        } else {
            rows.order(($column.desc(), tasks::id.desc()))
        }
    }};
}

fn arranged<'a, Kind>(rows: Rows<'a, Kind>, filter: &TaskFilter, reading: &'a Reading) -> Rows<'a, Kind> {
    let upwards = reading.ordering.descending == reading.backward;
    let whose = filter.assignee();
    let (mut time, mut rank, mut text) = (None, None, None);
    match &reading.from {
        Some(Place::Time(instant, id)) => time = Some((instant, id)),
        Some(Place::Rank(number, id)) => rank = Some((number, id)),
        Some(Place::Text(title, id)) => text = Some((lower(title), id.into_sql::<SqlUuid>())),
        None => {}
    }
    match reading.ordering.key {
        SortKey::DueDate => arrange!(rows, tasks::due_key, Timestamptz, upwards, whose, time),
        SortKey::CreatedAt => arrange!(rows, tasks::created_at, Timestamptz, upwards, whose, time),
        SortKey::UpdatedAt => arrange!(rows, tasks::updated_at, Timestamptz, upwards, whose, time),
        SortKey::Priority => arrange!(rows, tasks::priority, SmallInt, upwards, whose, rank),
        SortKey::Title => arrange!(rows, tasks::title_key, Text, upwards, whose, text),
    }
}
