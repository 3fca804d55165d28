//! Pages: every row once, forwards and backwards, in every ordering, with equal keys and with none.

use chrono::DateTime;
use service_kit::http::Cursor;
use task_service::tasks::{
    filter::{Scope, TaskFilter},
    model::Task,
    ordering::Ordering,
    priority::Priority,
    queries::{self, Reading},
};
use uuid::Uuid;

use crate::store::{Store, assignee, put, task};

fn filter(scope: Scope) -> TaskFilter {
    TaskFilter {
        scope,
        status: None,
        priority: None,
        assigned: None,
        created_by: None,
        due_before: None,
        due_after: None,
        overdue_at: None,
        words: None,
        among: None,
    }
}

struct Walk<'a> {
    conn: diesel::PgConnection,
    filter: &'a TaskFilter,
    ordering: Ordering,
}

impl Walk<'_> {
    fn page(&mut self, from: Option<&Task>, backward: bool, limit: i64) -> Vec<Task> {
        let from = from.map(|task| {
            let (key, id) = self.ordering.place_of(task);
            let cursor = Cursor { ordering: String::new(), key, id, backward };
            self.ordering.place_at(&cursor).unwrap()
        });
        let reading = Reading { ordering: self.ordering, from, backward, limit };
        queries::list(&mut self.conn, self.filter, &reading).unwrap()
    }

    /// All rows, read page by page from after `start`.
    fn all(&mut self, start: Option<&Task>, backward: bool) -> Vec<Uuid> {
        let mut last = start.cloned();
        let mut ids = Vec::new();
        loop {
            let page = self.page(last.as_ref(), backward, 5);
            assert!(ids.len() <= 100, "the walk does not end");
            ids.extend(page.iter().map(|task| task.id));
            match page.last() {
                Some(task) => last = Some(task.clone()),
                None => return ids,
            }
        }
    }
}

#[tokio::test]
async fn every_ordering_gives_every_row_once_both_ways() {
    let store = Store::open().await;
    let mut conn = store.connect();
    for number in 0..57 {
        put(&mut conn, None, &task(number));
    }
    for scope in [Scope::All, Scope::AssignedTo(assignee())] {
        let filter = filter(scope);
        for (name, ordering) in Ordering::ALL {
            let mut walk = Walk { conn: store.connect(), filter: &filter, ordering };
            let whole: Vec<Task> = walk.page(None, false, 100);
            let ids: Vec<Uuid> = whole.iter().map(|task| task.id).collect();
            assert_eq!(ids.len(), 57, "{name}");
            assert_eq!(walk.all(None, false), ids, "{name} forwards");
            let mut back = walk.all(whole.last(), true);
            back.reverse();
            assert_eq!(back, ids[..56], "{name} backwards");
            // The two directions of an ordering are mirror images.
            let mirror = Ordering { descending: !ordering.descending, ..ordering };
            let mut mirrored =
                Walk { conn: store.connect(), filter: &filter, ordering: mirror }.all(None, false);
            mirrored.reverse();
            assert_eq!(mirrored, ids, "{name} mirrored");
        }
    }
}

#[tokio::test]
async fn undated_tasks_come_last_and_titles_go_without_regard_to_case() {
    let store = Store::open().await;
    let mut conn = store.connect();
    for number in 0..12 {
        put(&mut conn, None, &task(number));
    }
    let filter = filter(Scope::All);
    let mut walk = Walk { conn, filter: &filter, ordering: Ordering::ALL[0].1 };
    let dated: Vec<bool> = walk.page(None, false, 100).iter().map(|task| task.due_date.is_some()).collect();
    assert!(dated.is_sorted_by(|a, b| a >= b) && dated.contains(&false), "{dated:?}");
    walk.ordering = Ordering::ALL[8].1;
    let titles: Vec<String> =
        walk.page(None, false, 100).into_iter().map(|task| task.title.to_lowercase()).collect();
    assert!(titles.is_sorted(), "{titles:?}");
}

#[tokio::test]
async fn a_row_that_goes_or_comes_does_not_disturb_the_walk() {
    let store = Store::open().await;
    let mut conn = store.connect();
    for number in 0..20 {
        put(&mut conn, None, &task(number));
    }
    let filter = filter(Scope::All);
    let mut walk = Walk { conn: store.connect(), filter: &filter, ordering: Ordering::ALL[4].1 };
    let whole = walk.all(None, false);
    let first = walk.page(None, false, 7);
    let at = first.last().unwrap();
    // The row that the cursor stands on goes, and one comes before it.
    let gone = Task { deleted_at: Some(at.updated_at), ..at.clone() };
    put(&mut conn, Some(at), &gone);
    let early = Task { updated_at: first[0].updated_at, ..task(999) };
    put(&mut conn, None, &early);
    assert_eq!(walk.all(Some(at), false), whole[7..]);
}

/// The first page begins at a place before all others.
#[tokio::test]
async fn what_is_the_least_or_the_greatest_of_all_is_on_the_first_page() {
    let store = Store::open().await;
    let mut conn = store.connect();
    let instant = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
    let (first, last) = (instant(0), instant(253_402_300_799));
    let least = Task {
        id: Uuid::nil(),
        title: "\u{1}".to_owned(),
        priority: Priority::ALL[0],
        due_date: Some(first),
        created_at: first,
        updated_at: first,
        ..task(1)
    };
    let greatest = Task {
        id: Uuid::max(),
        title: "\u{10FFFF}".repeat(255),
        priority: Priority::ALL[4],
        due_date: None,
        created_at: last,
        updated_at: last,
        ..task(2)
    };
    put(&mut conn, None, &least);
    put(&mut conn, None, &greatest);
    for scope in [Scope::All, Scope::AssignedTo(assignee())] {
        for (name, ordering) in Ordering::ALL {
            let mut walk = Walk { conn: store.connect(), filter: &filter(scope), ordering };
            let ids: Vec<Uuid> = walk.page(None, false, 10).iter().map(|task| task.id).collect();
            let upwards = [least.id, greatest.id];
            let wanted = if ordering.descending { [upwards[1], upwards[0]] } else { upwards };
            assert_eq!(ids, wanted, "{name} {scope:?}");
        }
    }
}
