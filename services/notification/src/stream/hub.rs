//! The open streams of this replica, and what each has been told.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use actix_web::web::Bytes;
use service_kit::db::Db;
use tokio::sync::{Notify, mpsc};
use uuid::Uuid;

use super::{
    frame,
    queries::{self, Found},
    tasks::ChangedTasks,
};
use crate::error::Error;

/// Events that a stream may be behind. A client that does not read them is dropped, and comes back by itself.
const BEHIND: usize = 64;
/// Streams that one user may have open on one replica; the oldest ends when another one opens.
const STREAMS_PER_USER: usize = 20;

/// One open stream.
struct Stream {
    /// Whether its owner sees everybody's tasks.
    sees_all: bool,
    events: mpsc::Sender<Bytes>,
    /// Everything up to this position has been sent.
    position: i64,
    /// The count that was sent last.
    unread: i64,
}

#[derive(Default)]
struct Open {
    streams: HashMap<Uuid, Vec<Stream>>,
    /// Users whose notifications may have changed.
    changed: HashSet<Uuid>,
    tasks: ChangedTasks,
}

/// All open streams of this process.
pub struct Hub {
    db: Db,
    open: Mutex<Open>,
    wake: Arc<Notify>,
}

impl Hub {
    /// A hub without streams.
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self { db, open: Mutex::default(), wake: Arc::default() }
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens a stream that has been told everything up to `position`, and the count `unread`. `sees_all` of an
    /// administrator, who is told of everybody's tasks.
    #[must_use]
    pub fn join(&self, user: Uuid, sees_all: bool, position: i64, unread: i64) -> mpsc::Receiver<Bytes> {
        let (events, receiver) = mpsc::channel(BEHIND);
        let mut open = self.open();
        let streams = open.streams.entry(user).or_default();
        streams.retain(|stream| !stream.events.is_closed());
        if streams.len() >= STREAMS_PER_USER {
            streams.remove(0);
        }
        streams.push(Stream { sees_all, events, position, unread });
        // Something may have been committed between what the caller read and now.
        open.changed.insert(user);
        drop(open);
        self.wake.notify_one();
        receiver
    }

    /// Somebody's notifications changed.
    pub fn changed(&self, user: Uuid) {
        let mut open = self.open();
        if open.streams.contains_key(&user) {
            open.changed.insert(user);
        }
    }

    /// A task changed, as `announce` put it; or `None`: some did, and nobody knows which.
    pub fn task_changed(&self, announced: Option<&str>) {
        let mut open = self.open();
        match announced {
            _ if open.streams.is_empty() => {}
            Some(announced) => open.tasks.hear(announced),
            None => open.tasks.miss(),
        }
    }

    /// Tells the streams which tasks changed.
    pub fn tell_tasks(&self) {
        let mut open = self.open();
        let changed = std::mem::take(&mut open.tasks);
        if changed.is_empty() {
            return;
        }
        for (user, streams) in &mut open.streams {
            streams.retain(|stream| {
                let mut frames = changed.frames(*user, stream.sees_all).into_iter();
                frames.all(|frame| stream.events.try_send(frame).is_ok())
            });
        }
    }

    /// Anybody's may have.
    pub fn all_changed(&self) {
        let mut open = self.open();
        open.streams.retain(|_, streams| {
            streams.retain(|stream| !stream.events.is_closed());
            !streams.is_empty()
        });
        let users: Vec<Uuid> = open.streams.keys().copied().collect();
        open.changed.extend(users);
    }

    /// How many streams are open.
    #[must_use]
    pub fn count(&self) -> usize {
        self.open().streams.values().map(Vec::len).sum()
    }

    /// Waits until a stream has joined.
    pub(super) async fn joined(&self) {
        self.wake.notified().await;
    }

    /// Tells every stream what it has not been told, for those whose notifications changed. True when there may be more
    /// to do.
    ///
    /// # Errors
    /// The database's; then the same is tried again by the next step.
    pub async fn step(&self) -> Result<bool, Error> {
        let asked: Vec<(Uuid, i64)> = {
            let mut open = self.open();
            let changed = std::mem::take(&mut open.changed);
            let from =
                |user: Uuid| Some((user, open.streams.get(&user)?.iter().map(|one| one.position).min()?));
            changed.into_iter().filter_map(from).collect()
        };
        if asked.is_empty() {
            return Ok(false);
        }
        let (users, positions): (Vec<Uuid>, Vec<i64>) = asked.iter().copied().unzip();
        let look =
            self.db.read(move |conn| queries::look(conn, &users, &positions).map_err(Error::from)).await;
        let found = match look {
            Ok(found) => found,
            Err(error) => {
                self.open().changed.extend(asked.iter().map(|(user, _)| *user));
                return Err(error);
            }
        };
        let mut open = self.open();
        let more = found.more;
        if more {
            // Those that were cut off are among them; the others find nothing new.
            open.changed.extend(asked.iter().map(|(user, _)| *user));
        }
        tell(&mut open, &asked.into_iter().collect(), found);
        Ok(more || !open.changed.is_empty())
    }
}

/// Hands out what was found for the users in `asked`, which was read after the given positions.
fn tell(open: &mut Open, asked: &HashMap<Uuid, i64>, found: Found) {
    for row in found.rows {
        let (user, position) = (row.user_id, row.position);
        let Some(streams) = open.streams.get_mut(&user) else { continue };
        let Ok(event) = frame::notification(row) else { continue };
        let from = asked.get(&user).copied().unwrap_or(i64::MAX);
        streams.retain_mut(|stream| {
            // A stream that joined meanwhile further back is looked at anew, from its own position.
            if stream.position < from || stream.position >= position {
                return true;
            }
            stream.position = position;
            stream.events.try_send(event.clone()).is_ok()
        });
    }
    for (user, unread) in found.unread {
        let Some(streams) = open.streams.get_mut(&user) else { continue };
        streams.retain_mut(|stream| {
            let is_new = std::mem::replace(&mut stream.unread, unread) != unread;
            !is_new || stream.events.try_send(frame::unread(unread)).is_ok()
        });
        if streams.is_empty() {
            open.streams.remove(&user);
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::notifications::{kind::Kind, model::Notification};

    const ANN: Uuid = Uuid::from_u128(1);

    fn row(position: i64) -> Notification {
        Notification {
            id: Uuid::from_u128(position.unsigned_abs().into()),
            user_id: ANN,
            position,
            kind: Kind::Assigned,
            task_id: None,
            task_title: None,
            message: String::new(),
            actor_email: None,
            created_at: DateTime::UNIX_EPOCH,
            read_at: None,
            archived_at: None,
            snoozed_until: None,
        }
    }

    fn found(positions: impl IntoIterator<Item = i64>, unread: i64) -> Found {
        Found { rows: positions.into_iter().map(row).collect(), unread: [(ANN, unread)].into(), more: false }
    }

    fn stream(open: &mut Open, position: i64) -> mpsc::Receiver<Bytes> {
        let (events, receiver) = mpsc::channel(BEHIND);
        open.streams.entry(ANN).or_default().push(Stream { sees_all: false, events, position, unread: 0 });
        receiver
    }

    fn count(receiver: &mut mpsc::Receiver<Bytes>) -> usize {
        std::iter::from_fn(|| receiver.try_recv().ok()).count()
    }

    #[test]
    fn each_stream_is_told_what_lies_after_its_place_and_nothing_twice() {
        let mut open = Open::default();
        let (mut early, mut late) = (stream(&mut open, 1), stream(&mut open, 3));
        tell(&mut open, &[(ANN, 1)].into(), found(2..=4, 0));
        assert_eq!((count(&mut early), count(&mut late)), (3, 1));
        tell(&mut open, &[(ANN, 1)].into(), found(2..=4, 0));
        assert_eq!((count(&mut early), count(&mut late)), (0, 0));
    }

    #[test]
    fn one_that_joined_further_back_meanwhile_is_not_told_with_a_gap() {
        let mut open = Open::default();
        let mut joined = stream(&mut open, 5);
        tell(&mut open, &[(ANN, 10)].into(), found(11..=12, 0));
        assert_eq!(count(&mut joined), 0);
        tell(&mut open, &[(ANN, 5)].into(), found(6..=12, 0));
        assert_eq!(count(&mut joined), 7);
    }

    #[test]
    fn a_count_is_told_when_it_is_another_one() {
        let mut open = Open::default();
        let mut receiver = stream(&mut open, 0);
        for unread in [0, 2, 2, 1] {
            tell(&mut open, &[(ANN, 0)].into(), found([], unread));
        }
        assert_eq!(receiver.try_recv().ok(), Some(frame::unread(2)));
        assert_eq!(receiver.try_recv().ok(), Some(frame::unread(1)));
        assert!(receiver.try_recv().is_err());
    }

    #[test]
    fn a_client_that_does_not_read_is_dropped_and_hurts_nobody() {
        let mut open = Open::default();
        let (slow, mut quick) = (stream(&mut open, 0), stream(&mut open, 0));
        let most = i64::try_from(BEHIND).expect("small");
        tell(&mut open, &[(ANN, 0)].into(), found(1..=most, 0));
        assert_eq!(count(&mut quick), BEHIND);
        tell(&mut open, &[(ANN, most)].into(), found([most + 1], 1));
        assert_eq!(count(&mut quick), 2);
        assert_eq!(open.streams[&ANN].len(), 1);
        assert!(slow.is_closed() || slow.sender_strong_count() == 0);
    }
}
