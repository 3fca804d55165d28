//! The pool that hashes: one thread and a short queue, so that a flood of logins starves nobody else's request.

use std::{
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread,
};

use tokio::sync::oneshot;

use super::{
    bcrypt::{Checked, Scheme},
    secret::Secret,
};
use crate::error::Error;

/// Hashes and checks passwords, in turn. Cheap to clone. The thread ends when the last clone is gone.
#[derive(Clone)]
pub struct Hasher {
    queue: SyncSender<Job>,
    scheme: Scheme,
}

enum Job {
    Hash(Secret, oneshot::Sender<Result<String, String>>),
    Check(Secret, Option<String>, oneshot::Sender<Checked>),
}

impl Hasher {
    /// Starts the thread; `waiting` jobs may wait for it.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn start(scheme: Scheme, waiting: usize) -> std::io::Result<Self> {
        let (queue, jobs) = sync_channel(waiting);
        let worker = scheme.clone();
        thread::Builder::new().name("passwords".to_owned()).spawn(move || work(&worker, &jobs))?;
        Ok(Self { queue, scheme })
    }

    /// A hash to store.
    ///
    /// # Errors
    /// [`Error::HashingBusy`] when the queue is full.
    pub async fn hash(&self, password: Secret) -> Result<String, Error> {
        let (reply, answer) = oneshot::channel();
        self.submit(Job::Hash(password, reply))?;
        answer.await.map_err(|_| Error::HashingBusy)?.map_err(Error::Crypto)
    }

    /// Checks a password against the stored hash of an account, or against none, in the same time.
    ///
    /// # Errors
    /// [`Error::HashingBusy`] when the queue is full.
    pub async fn check(&self, password: Secret, stored: Option<String>) -> Result<Checked, Error> {
        let (reply, answer) = oneshot::channel();
        self.submit(Job::Check(password, stored, reply))?;
        answer.await.map_err(|_| Error::HashingBusy)
    }

    /// A digest of a body that holds a password: for `Idempotency-Key`, whose table must not help to guess it.
    #[must_use]
    pub fn blind(&self, digest: [u8; 32]) -> [u8; 32] {
        self.scheme.peppers().present().digest(&digest)
    }

    fn submit(&self, job: Job) -> Result<(), Error> {
        self.queue.try_send(job).map_err(|_| {
            metrics::counter!("password_hashing_refused_total").increment(1);
            Error::HashingBusy
        })
    }
}

/// Whoever gave up waiting costs nothing any more.
fn work(scheme: &Scheme, jobs: &Receiver<Job>) {
    while let Ok(job) = jobs.recv() {
        match job {
            Job::Hash(password, reply) if !reply.is_closed() => {
                let _ = reply.send(scheme.hash(&password));
            }
            Job::Check(password, stored, reply) if !reply.is_closed() => {
                let _ = reply.send(scheme.check(&password, stored.as_deref()));
            }
            Job::Hash(..) | Job::Check(..) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passwords::pepper::Peppers;

    #[tokio::test]
    async fn a_full_queue_refuses() {
        // A queue of its own that nobody works on.
        let (queue, _jobs) = sync_channel(1);
        let hasher = Hasher { queue, scheme: Scheme::new(Peppers::new("pepper", &[]), 4) };
        let (reply, _answer) = oneshot::channel();
        hasher.submit(Job::Hash(Secret::new("x".to_owned()), reply)).expect("the first one waits");
        let refused = hasher.hash(Secret::new("y".to_owned())).await;
        assert!(matches!(refused, Err(Error::HashingBusy)));
    }

    #[tokio::test]
    async fn what_was_hashed_checks() {
        let hasher = Hasher::start(Scheme::new(Peppers::new("pepper", &[]), 4), 2).expect("a thread");
        let hash = hasher.hash(Secret::new("right".to_owned())).await.expect("a hash");
        assert!(hasher.check(Secret::new("right".to_owned()), Some(hash)).await.expect("checked").matches);
    }
}
