//! The pool that hashes: one thread, and a few places for those who wait for it, so that a flood of logins starves
//! nobody else's request.
//!
//! A place is taken before anything else is done for a login; so what a flood costs the database is bounded too.

use std::{
    sync::{
        Arc,
        mpsc::{Receiver, Sender, channel},
    },
    thread,
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use super::{
    bcrypt::{Checked, Scheme},
    secret::Secret,
};
use crate::error::Error;

/// Ten steps down: about a tenth of a processor that others want too, and all of one that nobody wants.
#[cfg(target_os = "linux")]
const NICE: i32 = 10;

/// Hashes and checks passwords, in turn. Cheap to clone. The thread ends when the last clone is gone.
#[derive(Clone)]
pub struct Hasher {
    queue: Sender<Job>,
    places: Arc<Semaphore>,
    scheme: Scheme,
}

/// A place at the pool: whoever holds one is served.
pub struct Place {
    queue: Sender<Job>,
    _permit: OwnedSemaphorePermit,
}

enum Job {
    Hash(Secret, oneshot::Sender<Result<String, String>>),
    Check(Secret, Option<String>, oneshot::Sender<Checked>),
}

impl Hasher {
    /// Starts the thread; `waiting` may wait while it works for another.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn start(scheme: Scheme, waiting: usize) -> std::io::Result<Self> {
        let (queue, jobs) = channel();
        let worker = scheme.clone();
        thread::Builder::new().name("passwords".to_owned()).spawn(move || work(&worker, &jobs))?;
        Ok(Self { queue, places: Arc::new(Semaphore::new(waiting + 1)), scheme })
    }

    /// A place at the pool.
    ///
    /// # Errors
    /// [`Error::HashingBusy`] when all are taken.
    pub fn place(&self) -> Result<Place, Error> {
        match Arc::clone(&self.places).try_acquire_owned() {
            Ok(permit) => Ok(Place { queue: self.queue.clone(), _permit: permit }),
            Err(_) => {
                metrics::counter!("password_hashing_refused_total").increment(1);
                Err(Error::HashingBusy)
            }
        }
    }

    /// A digest of a body that holds a password: for `Idempotency-Key`, whose table must not help to guess it.
    #[must_use]
    pub fn blind(&self, digest: [u8; 32]) -> [u8; 32] {
        self.scheme.peppers().present().digest(&digest)
    }
}

impl Place {
    /// A hash to store.
    ///
    /// # Errors
    /// When the operating system gives no randomness, or the process ends.
    pub async fn hash(&self, password: Secret) -> Result<String, Error> {
        let (reply, answer) = oneshot::channel();
        self.submit(Job::Hash(password, reply))?;
        answer.await.map_err(|_| Error::HashingBusy)?.map_err(Error::Crypto)
    }

    /// Checks a password against the stored hash of an account, or against none, in the same time.
    ///
    /// # Errors
    /// When the process ends.
    pub async fn check(&self, password: Secret, stored: Option<String>) -> Result<Checked, Error> {
        let (reply, answer) = oneshot::channel();
        self.submit(Job::Check(password, stored, reply))?;
        answer.await.map_err(|_| Error::HashingBusy)
    }

    fn submit(&self, job: Job) -> Result<(), Error> {
        self.queue.send(job).map_err(|_| Error::HashingBusy)
    }
}

/// Whoever gave up waiting costs nothing any more.
fn work(scheme: &Scheme, jobs: &Receiver<Job>) {
    step_back();
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

/// Where processors are short, this thread waits for those that serve. (On Linux a nice value belongs to a thread;
/// elsewhere it would slow down the whole process.)
fn step_back() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, NICE) {
        log::debug!("the hashing thread keeps its priority: {error}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passwords::pepper::Peppers;

    fn hasher(waiting: usize) -> Hasher {
        Hasher::start(Scheme::new(Peppers::new("pepper", &[]), 4), waiting).expect("a thread")
    }

    #[test]
    fn when_all_places_are_taken_the_next_one_is_refused() {
        let hasher = hasher(1);
        let (_first, second) = (hasher.place().expect("free"), hasher.place().expect("free"));
        assert!(matches!(hasher.place(), Err(Error::HashingBusy)));
        drop(second);
        assert!(hasher.place().is_ok());
    }

    #[tokio::test]
    async fn what_was_hashed_checks() {
        let place = hasher(0).place().expect("free");
        let hash = place.hash(Secret::new("right".to_owned())).await.expect("a hash");
        assert!(place.check(Secret::new("right".to_owned()), Some(hash)).await.expect("checked").matches);
    }
}
