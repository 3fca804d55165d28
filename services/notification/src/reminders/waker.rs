//! Between the intake and the scheduler of one process: which tasks have changed, and that somebody should look.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::Notify;
use uuid::Uuid;

/// Wakes the scheduler. Cheap to clone.
#[derive(Clone, Default)]
pub struct Waker {
    touched: Arc<Mutex<HashSet<Uuid>>>,
    notify: Arc<Notify>,
}

impl Waker {
    /// The task is about to change: it is looked at after the next [`Waker::wake`]. If the change is rolled back, that
    /// look finds nothing.
    pub fn touch(&self, task: Uuid) {
        self.touched.lock().unwrap_or_else(PoisonError::into_inner).insert(task);
    }

    /// The changes are committed.
    pub fn wake(&self) {
        if !self.touched.lock().unwrap_or_else(PoisonError::into_inner).is_empty() {
            self.notify.notify_one();
        }
    }

    /// Waits for [`Waker::wake`], then takes the tasks that were touched.
    pub(super) async fn woken(&self) -> Vec<Uuid> {
        self.notify.notified().await;
        self.touched.lock().unwrap_or_else(PoisonError::into_inner).drain().collect()
    }
}
