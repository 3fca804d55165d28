//! The tasks of an export, read in pieces by the place where the last one ended: no connection is held while a slow client
//! takes its time, and memory holds one piece.

use chrono::{DateTime, Utc};
use futures_util::{Stream, stream};
use service_kit::db::Db;
use uuid::Uuid;

use crate::{
    error::Error,
    tasks::{
        filter::TaskFilter,
        model::Task,
        ordering::{Ordering, Place, SortKey},
        queries::{self, Reading},
    },
};

/// Tasks of a piece: 16 MiB where each has the longest description there may be.
const PIECE: i64 = 200;

/// From old to new: what is created meanwhile comes after everything, and no row moves while it is read.
const OLDEST_FIRST: Ordering = Ordering { key: SortKey::CreatedAt, descending: false };

/// Where the next piece begins.
enum Next {
    At(Option<Place>),
    End,
}

/// All tasks that the filter finds and that were created by `until`, in pieces; none of these is empty.
pub fn rows(
    db: Db,
    filter: TaskFilter,
    until: DateTime<Utc>,
) -> impl Stream<Item = Result<Vec<Task>, Error>> {
    stream::try_unfold(Next::At(None), move |next| {
        let (db, filter) = (db.clone(), filter.clone());
        async move {
            let Next::At(from) = next else { return Ok(None) };
            let reading = Reading { ordering: OLDEST_FIRST, from, backward: false, limit: PIECE };
            let read = db.read(move |conn| queries::list(conn, &filter, &reading).map_err(Error::from));
            let mut tasks = read.await?;
            let is_full = i64::try_from(tasks.len()) == Ok(PIECE);
            let place = |task: &Task| -> (DateTime<Utc>, Uuid) { (task.created_at, task.id) };
            tasks.retain(|task| task.created_at <= until);
            let next = match tasks.last().map(place) {
                Some((at, id)) if is_full => Next::At(Some(Place::Time(at, id))),
                _ => Next::End,
            };
            Ok(if tasks.is_empty() { None } else { Some((tasks, next)) })
        }
    })
}
