//! The pool that hashes: one thread, and a few places for those who wait for it, so that a flood of logins starves
//! nobody else's request.
//!
//! Known devices have places of their own beside those for everybody, and a lane of their own, so that a flood of
//! strangers does not starve them either. A place is taken before anything else is done for a login; so what a flood costs the database is bounded too.

use std::{sync::Arc, thread};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use super::{
    bcrypt::{Checked, Scheme},
    lanes::{Entrance, Exit, Lane, lanes},
    secret::Secret,
};
use crate::error::Error;

/// Ten steps down: about a tenth of a processor that others want too, and all of one that nobody wants.
#[cfg(target_os = "linux")]
const NICE: i32 = 10;

/// Hashes and checks passwords, in turn. Cheap to clone. The thread ends when the last clone is gone.
#[derive(Clone)]
pub struct Hasher {
    queue: Entrance<Job>,
    places: Arc<Semaphore>,
    reserved: Arc<Semaphore>,
    scheme: Scheme,
}

/// A place at the pool: whoever holds one is served.
pub struct Place {
    queue: Entrance<Job>,
    lane: Lane,
    _permit: OwnedSemaphorePermit,
}

enum Job {
    Hash(Secret, oneshot::Sender<Result<String, String>>),
    Check(Secret, Option<String>, oneshot::Sender<Checked>),
}

impl Hasher {
    /// Starts the thread; `waiting` may wait while it works for another, and beside them `reserved` known ones.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn start(scheme: Scheme, waiting: usize, reserved: usize) -> std::io::Result<Self> {
        let (queue, jobs) = lanes();
        let worker = scheme.clone();
        thread::Builder::new().name("passwords".to_owned()).spawn(move || work(&worker, jobs))?;
        let (places, reserved) = (Semaphore::new(waiting + 1), Semaphore::new(reserved));
        metrics::counter!("password_hashing_refused_total").increment(0);
        metrics::gauge!("password_hashing_places_taken").increment(0.0);
        Ok(Self { queue, places: Arc::new(places), reserved: Arc::new(reserved), scheme })
    }

    /// A place at the pool.
    ///
    /// # Errors
    /// [`Error::HashingBusy`] when all that are for this lane are taken.
    pub fn place(&self, lane: Lane) -> Result<Place, Error> {
        let open_to: &[&Arc<Semaphore>] = match lane {
            Lane::Known => &[&self.reserved, &self.places],
            Lane::Strangers => &[&self.places],
        };
        let permit = open_to.iter().find_map(|places| Arc::clone(places).try_acquire_owned().ok());
        let Some(permit) = permit else {
            metrics::counter!("password_hashing_refused_total").increment(1);
            return Err(Error::HashingBusy);
        };
        metrics::gauge!("password_hashing_places_taken").increment(1.0);
        Ok(Place { queue: self.queue.clone(), lane, _permit: permit })
    }

    /// A digest of a body that holds a password: for `Idempotency-Key`, whose table must not help to guess it.
    #[must_use]
    pub fn blind(&self, digest: [u8; 32]) -> [u8; 32] {
        self.scheme.peppers().present().digest(&digest)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        metrics::gauge!("password_hashing_places_taken").decrement(1.0);
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
        if self.queue.enter(self.lane, job) { Ok(()) } else { Err(Error::HashingBusy) }
    }
}

/// Whoever gave up waiting costs nothing any more.
fn work(scheme: &Scheme, jobs: Exit<Job>) {
    step_back();
    for job in jobs {
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

    fn hasher(waiting: usize, reserved: usize) -> Hasher {
        Hasher::start(Scheme::new(Peppers::new("pepper", &[]), 4), waiting, reserved).expect("a thread")
    }

    #[test]
    fn when_all_places_are_taken_the_next_one_is_refused() {
        let hasher = hasher(1, 0);
        let place = || hasher.place(Lane::Strangers);
        let (_first, second) = (place().expect("free"), place().expect("free"));
        assert!(matches!(place(), Err(Error::HashingBusy)));
        drop(second);
        assert!(place().is_ok());
    }

    #[test]
    fn strangers_cannot_take_the_places_of_known_devices() {
        let hasher = hasher(0, 1);
        let _stranger = hasher.place(Lane::Strangers).expect("free");
        assert!(hasher.place(Lane::Strangers).is_err());
        let _known = hasher.place(Lane::Known).expect("reserved");
        assert!(matches!(hasher.place(Lane::Known), Err(Error::HashingBusy)));
    }

    #[test]
    fn known_devices_may_use_the_places_for_everybody_too() {
        let hasher = hasher(1, 1);
        let places: Vec<_> = (0..3).map(|_| hasher.place(Lane::Known).expect("free")).collect();
        assert_eq!(places.len(), 3);
    }

    #[tokio::test]
    async fn what_was_hashed_checks() {
        let place = hasher(0, 0).place(Lane::Strangers).expect("free");
        let hash = place.hash(Secret::new("right".to_owned())).await.expect("a hash");
        assert!(place.check(Secret::new("right".to_owned()), Some(hash)).await.expect("checked").matches);
    }
}
