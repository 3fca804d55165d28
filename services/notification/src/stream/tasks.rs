//! Tasks that changed since the streams were last told: a hint, by which a page shows what somebody else did. It is not
//! kept and not told again; after a gap the client reads its tasks anew.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use actix_web::web::Bytes;
use diesel::{
    PgConnection, QueryResult, RunQueryDsl as _,
    sql_types::{Array, Text},
};
use uuid::Uuid;

use super::frame;

/// Changes of more tasks at once are one hint, without an id: a client reads them anew by one call, not by many.
const MANY: usize = 16;

/// The channel on which changed tasks are announced, in `schema`.
#[must_use]
pub fn channel(schema: &str) -> String {
    format!("task_changes_{schema}")
}

service_kit::statement! {
    struct Announce { payloads: [String] => Array<Text> } -> Text;
    "SELECT pg_notify('task_changes_' || current_schema(), payload)::text FROM unnest(?) AS payload"
}

/// Announces, at the commit, that these tasks changed and whom each concerns besides the administrators.
///
/// # Errors
/// The database's.
pub fn announce(conn: &mut PgConnection, changed: &BTreeMap<Uuid, BTreeSet<Uuid>>) -> QueryResult<()> {
    if changed.is_empty() {
        return Ok(());
    }
    let words = |(task, people): (&Uuid, &BTreeSet<Uuid>)| {
        let ids: Vec<String> = std::iter::once(task).chain(people).map(Uuid::to_string).collect();
        ids.join(" ")
    };
    let payloads: Vec<String> = changed.iter().map(words).collect();
    Announce { payloads: &payloads }.execute(conn).map(drop)
}

/// What the streams have not been told yet.
#[derive(Default)]
pub(super) struct ChangedTasks {
    people: HashMap<Uuid, HashSet<Uuid>>,
    tasks: HashSet<Uuid>,
    /// Some announcements were not heard.
    is_unsure: bool,
}

impl ChangedTasks {
    /// Takes in an announcement.
    pub fn hear(&mut self, payload: &str) {
        let mut ids = payload.split(' ').map(str::parse::<Uuid>);
        let Some(Ok(task)) = ids.next() else {
            self.is_unsure = true;
            return;
        };
        self.tasks.insert(task);
        for person in ids.flatten() {
            self.people.entry(person).or_default().insert(task);
        }
    }

    /// Announcements were missed.
    pub fn miss(&mut self) {
        self.is_unsure = true;
    }

    pub fn is_empty(&self) -> bool {
        self.tasks.is_empty() && !self.is_unsure
    }

    /// What somebody is told who sees their own tasks, or all.
    pub fn frames(&self, user: Uuid, sees_all: bool) -> Vec<Bytes> {
        let tasks = if sees_all { Some(&self.tasks) } else { self.people.get(&user) };
        match tasks {
            _ if self.is_unsure => vec![frame::tasks()],
            Some(tasks) if tasks.len() > MANY => vec![frame::tasks()],
            Some(tasks) => tasks.iter().map(|task| frame::task(*task)).collect(),
            None => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANN: Uuid = Uuid::from_u128(1);
    const BOB: Uuid = Uuid::from_u128(2);

    fn task(number: u128) -> Uuid {
        Uuid::from_u128(100 + number)
    }

    #[test]
    fn each_hears_of_their_own_and_an_administrator_of_all() {
        let mut changed = ChangedTasks::default();
        assert!(changed.is_empty());
        changed.hear(&format!("{} {ANN}", task(1)));
        changed.hear(&format!("{} {ANN} {BOB}", task(1)));
        changed.hear(&task(2).to_string());
        assert_eq!(changed.frames(ANN, false), [frame::task(task(1))]);
        assert_eq!(changed.frames(BOB, false), [frame::task(task(1))]);
        assert_eq!(changed.frames(Uuid::from_u128(3), false), Vec::<Bytes>::new());
        assert_eq!(changed.frames(Uuid::from_u128(3), true).len(), 2);
    }

    #[test]
    fn many_and_missed_ones_are_one_hint() {
        let mut changed = ChangedTasks::default();
        for number in 0..=MANY as u128 {
            changed.hear(&format!("{} {ANN}", task(number)));
        }
        assert_eq!(changed.frames(ANN, false), [frame::tasks()]);
        let mut changed = ChangedTasks::default();
        changed.miss();
        assert_eq!(changed.frames(BOB, false), [frame::tasks()]);
        assert!(!changed.is_empty());
    }
}
