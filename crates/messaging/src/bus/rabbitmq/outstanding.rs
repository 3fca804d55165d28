//! Which deliveries are in this process's hands. AMQP tells how many messages wait in a queue, and not how many are
//! out; and an acknowledgement may stand for several only when nothing unfinished lies below it.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

/// The delivery tags of one channel that were not answered yet.
#[derive(Default)]
pub(super) struct Outstanding(Mutex<BTreeSet<u64>>);

impl Outstanding {
    pub fn add(&self, tag: u64) {
        lock(&self.0).insert(tag);
    }

    /// Forgets `tags`, and says how to acknowledge them: `Some(highest)` when that one may stand for all of them.
    pub fn settle(&self, tags: &[u64]) -> Option<u64> {
        let mut open = lock(&self.0);
        for tag in tags {
            open.remove(tag);
        }
        let highest = tags.iter().max().copied()?;
        open.first().is_none_or(|&lowest| lowest > highest).then_some(highest)
    }

    fn count(&self) -> u64 {
        lock(&self.0).len() as u64
    }
}

/// All subscriptions of this process, by queue.
#[derive(Clone, Default)]
pub(super) struct Registry(Arc<Mutex<HashMap<String, Vec<Weak<Outstanding>>>>>);

impl Registry {
    /// A place for a new subscription to `queue`; it counts as long as it lives.
    pub fn open(&self, queue: &str) -> Arc<Outstanding> {
        let outstanding = Arc::new(Outstanding::default());
        let mut all = lock(&self.0);
        let places = all.entry(queue.to_owned()).or_default();
        places.retain(|place| place.strong_count() > 0);
        places.push(Arc::downgrade(&outstanding));
        outstanding
    }

    /// Deliveries from `queue` in this process's hands.
    pub fn held(&self, queue: &str) -> u64 {
        let all = lock(&self.0);
        let places = all.get(queue).into_iter().flatten();
        places.filter_map(Weak::upgrade).map(|outstanding| outstanding.count()).sum()
    }
}

/// Whole after every statement on it, so a panic elsewhere spoils nothing.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_stands_for_all_only_when_nothing_is_open_below() {
        let outstanding = Outstanding::default();
        (1..=6).for_each(|tag| outstanding.add(tag));
        assert_eq!(outstanding.settle(&[2, 3]), None, "1 is open");
        assert_eq!(outstanding.settle(&[1, 4]), Some(4));
        assert_eq!(outstanding.settle(&[]), None);
        assert_eq!(outstanding.settle(&[5, 6]), Some(6));
    }

    #[test]
    fn a_queue_counts_its_living_subscriptions() {
        let registry = Registry::default();
        let (first, second) = (registry.open("a"), registry.open("a"));
        first.add(1);
        second.add(1);
        second.add(2);
        assert_eq!(registry.held("a"), 3);
        drop(first);
        assert_eq!((registry.held("a"), registry.held("b")), (2, 0));
    }
}
