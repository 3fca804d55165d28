//! Reads of tasks. Each is one statement, and each ordering of each scope has an index of its own (`migrations/task`).

use diesel::{
    ExpressionMethods as _, IntoSql as _, OptionalExtension as _, PgConnection, QueryDsl as _, QueryResult,
    RunQueryDsl, SelectableHelper as _, define_sql_function,
    dsl::{AsSelect, SqlTypeOf, sql},
    pg::Pg,
    sql_types::{Array, Bool, Nullable, Record, SmallInt, Text, Timestamptz, Uuid as SqlUuid},
};
use service_kit::db::Read;
use uuid::Uuid;

use super::{
    filter::{Assigned, Scope, TaskFilter},
    limited::Limited,
    model::Task,
    ordering::{Ordering, Place, SortKey},
    search::{self, Matches, words_wanted},
};
use crate::schema::{task_words, tasks};

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

impl Reading {
    /// From the least to the greatest.
    fn upwards(&self) -> bool {
        self.ordering.descending == self.backward
    }
}

/// The task of that id, also from the trash.
#[must_use]
pub fn by_id(id: Uuid) -> impl Read<Task> + RunQueryDsl<PgConnection> {
    tasks::table.find(id).select(Task::as_select())
}

/// What [`by_id`] finds.
///
/// # Errors
/// The database's.
pub fn find(conn: &mut PgConnection, id: Uuid) -> QueryResult<Option<Task>> {
    by_id(id).get_result(conn).optional()
}

service_kit::statement! {
    /// Planned once, however many they are; see [`service_kit::push_unnest`].
    struct FindAll { ids: [Uuid] => Array<SqlUuid> }
    -> SqlTypeOf<AsSelect<Task, Pg>>;
    "SELECT id, title, description, status, priority, due_date, assignee_id, assignee_email, created_by, version, created_at, \
     updated_at, completed_at, deleted_at FROM tasks WHERE id = ANY ((SELECT ?)::uuid[])"
}

/// All of these that there are, also from the trash.
///
/// # Errors
/// The database's.
pub fn find_all(conn: &mut PgConnection, ids: &[Uuid]) -> QueryResult<Vec<Task>> {
    FindAll { ids }.load(conn)
}

/// A statement under construction, whose rows are of that kind.
pub type Rows<Kind> = tasks::BoxedQuery<'static, Pg, Kind>;

/// The tasks of a page, in reading direction.
///
/// # Errors
/// The database's.
pub fn list(conn: &mut PgConnection, filter: &TaskFilter, reading: &Reading) -> QueryResult<Vec<Task>> {
    let mut tasks: Vec<Task> = match search::rare(conn, filter)? {
        Some(filter) => page(&filter, reading).load(conn)?,
        None => page(filter, reading).load(conn)?,
    };
    tasks.truncate(usize::try_from(reading.limit).unwrap_or_default());
    Ok(tasks)
}

/// The statement of [`list`]; it may read a few rows more.
#[must_use]
pub fn page(filter: &TaskFilter, reading: &Reading) -> Limited<Rows<SqlTypeOf<AsSelect<Task, Pg>>>> {
    let mut rows = narrowed(tasks::table.select(Task::as_select()).into_boxed(), filter);
    if let Some(words) = &filter.words {
        // Asked of one task after the other, as the page is filled: as a join, all that have the words would be put together.
        let own = task_words::table.filter(task_words::task_id.eq(tasks::id));
        rows = rows
            .filter(own.select(Matches::new(task_words::words, words_wanted(words.clone()))).single_value());
    }
    // The first page is the one after a place that is before all: the same statement, the same plan, the same cost. What is
    // filtered by more may have an index of its own to begin with.
    let from = match &reading.from {
        None if filter.is_plain() => Some(reading.ordering.key.end(!reading.upwards())),
        from => from.as_ref(),
    };
    let rows = match (filter.assignee(), from) {
        (Some(whose), Some(from)) => own_from(rows, whose, reading, from),
        (Some(whose), None) => arranged(rows.filter(tasks::assignee_id.eq(whose)), reading, None),
        (None, from) => arranged(rows, reading, from),
    };
    Limited::new(rows, reading.limit)
}

/// How many tasks there are in all.
///
/// # Errors
/// The database's.
pub fn count(conn: &mut PgConnection, filter: &TaskFilter) -> QueryResult<i64> {
    let mut rows = narrowed(tasks::table.count().into_boxed(), filter);
    if let Some(words) = &filter.words {
        let found = task_words::table.filter(Matches::new(task_words::words, words_wanted(words.clone())));
        rows = rows.filter(tasks::id.eq_any(found.select(task_words::task_id)));
    }
    match filter.assignee() {
        Some(whose) => rows.filter(tasks::assignee_id.eq(whose)).get_result(conn),
        None => rows.get_result(conn),
    }
}

/// All conditions but that of [`TaskFilter::assignee`] and the words.
fn narrowed<Kind>(mut rows: Rows<Kind>, filter: &TaskFilter) -> Rows<Kind> {
    rows = match filter.scope {
        Scope::All | Scope::AssignedTo(_) => rows.filter(tasks::deleted_at.is_null()),
        Scope::Trash => rows.filter(tasks::deleted_at.is_not_null()),
    };
    if let Some(status) = &filter.status {
        rows = rows.filter(tasks::status.eq_any(status.clone()));
    }
    if filter.is_common() {
        return rows;
    }
    // diesel keeps a statement by its text, for ever. Of the rarer combinations there are thousands: a literal says
    // that they are not to be kept.
    rows = rows.filter(sql::<Bool>("TRUE"));
    if let Some(priority) = &filter.priority {
        rows = rows.filter(tasks::priority.eq_any(priority.clone()));
    }
    rows = match filter.assigned {
        // A user who asks for somebody else's tasks among their own.
        Some(Assigned::To(id)) if filter.assignee() != Some(id) => rows.filter(tasks::assignee_id.eq(id)),
        Some(Assigned::To(_)) => rows,
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
    if let Some(ids) = &filter.among {
        rows = rows.filter(tasks::id.eq_any(ids.clone()));
    }
    rows
}

/// Adds the order, and the place after which the rows begin. Both directions read the same index.
macro_rules! arrange {
    ($rows:expr, $column:expr, $kind:ty, $upwards:expr, $after:expr) => {{
        let place = || ($column, tasks::id).into_sql::<Record<($kind, SqlUuid)>>();
        let rows = match ($after, $upwards) {
            (Some(after), true) => $rows.filter(place().gt(after)),
            (Some(after), false) => $rows.filter(place().lt(after)),
            (None, _) => $rows,
        };
        if $upwards {
            rows.order(($column.asc(), tasks::id.asc()))
        } else {
            rows.order(($column.desc(), tasks::id.desc()))
        }
    }};
}

/// The same among one assignee's rows, from a place on. The assignee is the first part of the place, and the bound at the
/// other end. Written as `assignee_id = $1` and a place of two parts, Postgres reckons that hardly a row comes after the
/// last of a long run of equals (all that is urgent, all that is undated), takes everybody's index for as good as the
/// assignee's, and looks through all the others' rows. With the equality *and* a place of three parts it starts at the
/// assignee's first row.
macro_rules! arrange_own {
    ($rows:expr, $column:expr, $kind:ty, $upwards:expr, $whose:expr, $key:expr, $id:expr) => {{
        let columns = (tasks::assignee_id, $column, tasks::id);
        let place = columns.into_sql::<Record<(Nullable<SqlUuid>, $kind, SqlUuid)>>();
        let from = ($whose.into_sql::<Nullable<SqlUuid>>(), $key, $id.into_sql::<SqlUuid>());
        if $upwards {
            let rows = $rows.filter(place.gt(from)).filter(tasks::assignee_id.le($whose));
            rows.order((tasks::assignee_id.asc(), $column.asc(), tasks::id.asc()))
        } else {
            let rows = $rows.filter(place.lt(from)).filter(tasks::assignee_id.ge($whose));
            rows.order((tasks::assignee_id.desc(), $column.desc(), tasks::id.desc()))
        }
    }};
}

fn arranged<Kind>(rows: Rows<Kind>, reading: &Reading, from: Option<&Place>) -> Rows<Kind> {
    let upwards = reading.upwards();
    let (mut time, mut rank, mut text) = (None, None, None);
    match from {
        Some(Place::Time(instant, id)) => time = Some((*instant, *id)),
        Some(Place::Rank(number, id)) => rank = Some((*number, *id)),
        Some(Place::Text(title, id)) => text = Some((lower(title.clone()), (*id).into_sql::<SqlUuid>())),
        None => {}
    }
    match reading.ordering.key {
        SortKey::DueDate => arrange!(rows, tasks::due_key, Timestamptz, upwards, time),
        SortKey::CreatedAt => arrange!(rows, tasks::created_at, Timestamptz, upwards, time),
        SortKey::UpdatedAt => arrange!(rows, tasks::updated_at, Timestamptz, upwards, time),
        SortKey::Priority => arrange!(rows, tasks::priority, SmallInt, upwards, rank),
        SortKey::Title => arrange!(rows, tasks::title_key, Text, upwards, text),
    }
}

fn own_from<Kind>(rows: Rows<Kind>, whose: Uuid, reading: &Reading, from: &Place) -> Rows<Kind> {
    let upwards = reading.upwards();
    match (reading.ordering.key, from.clone()) {
        (SortKey::CreatedAt, Place::Time(at, id)) => {
            arrange_own!(
                rows,
                tasks::created_at,
                Timestamptz,
                upwards,
                whose,
                at.into_sql::<Timestamptz>(),
                id
            )
        }
        (SortKey::UpdatedAt, Place::Time(at, id)) => {
            arrange_own!(
                rows,
                tasks::updated_at,
                Timestamptz,
                upwards,
                whose,
                at.into_sql::<Timestamptz>(),
                id
            )
        }
        (_, Place::Time(at, id)) => {
            arrange_own!(rows, tasks::due_key, Timestamptz, upwards, whose, at.into_sql::<Timestamptz>(), id)
        }
        (_, Place::Rank(rank, id)) => {
            arrange_own!(rows, tasks::priority, SmallInt, upwards, whose, rank.into_sql::<SmallInt>(), id)
        }
        (_, Place::Text(title, id)) => {
            let title = lower(title);
            arrange_own!(rows, tasks::title_key, Text, upwards, whose, title, id)
        }
    }
}
