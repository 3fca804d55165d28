//! Whose turn it is on a connection, and how long its client may take over theirs.
//!
//! A client's turn lasts until the head of a request is whole. Then it is ours, until the answer has been given: whoever
//! reads a body has a time for that ([`crate::http::body::BODY_TIMEOUT`]).

use std::{cell::Cell, rc::Rc, time::Duration};

use tokio::time::Instant;

/// The time in which a whole head must have arrived: the first of a connection since it was opened, any other since its
/// first byte.
pub const HEAD_TIMEOUT: Duration = Duration::from_secs(5);
/// An idle connection is kept this long: longer than the idle pool of any client of ours.
pub const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// After an answer that ends its connection, what is still on its way is heard until nothing has come for so long. To
/// close at once could take the answer away from whoever is sending.
pub const LINGER: Duration = Duration::from_millis(500);
/// But no longer than this, whatever comes.
const LONGEST_LINGER: Duration = Duration::from_secs(5);

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// The first byte of a request.
    Quiet { until: Instant },
    /// The rest of its head.
    Head { until: Instant },
    /// Our answer.
    Ours,
    /// That the client lets go of the connection, too.
    Parting { until: Instant, latest: Instant },
}

/// Shared by a connection and the requests on it, all of one thread.
#[derive(Debug, Clone)]
pub struct Turn(Rc<Cell<Phase>>);

impl Turn {
    /// A connection was opened `now`.
    pub fn new(now: Instant) -> Self {
        Self(Rc::new(Cell::new(Phase::Quiet { until: now + HEAD_TIMEOUT })))
    }

    /// Some bytes came.
    pub fn heard(&self, now: Instant) {
        match self.0.get() {
            Phase::Quiet { .. } => self.0.set(Phase::Head { until: now + HEAD_TIMEOUT }),
            Phase::Parting { latest, .. } => {
                self.0.set(Phase::Parting { until: latest.min(now + LINGER), latest });
            }
            Phase::Head { .. } | Phase::Ours => {}
        }
    }

    /// A head is whole: it is our turn while what this gives lives.
    pub fn take(&self) -> InHand {
        self.0.set(Phase::Ours);
        InHand { turn: self.clone(), linger: None }
    }

    /// When the client's time is over; `None` while it is our turn.
    pub fn until(&self) -> Option<Instant> {
        match self.0.get() {
            Phase::Quiet { until } | Phase::Head { until } | Phase::Parting { until, .. } => Some(until),
            Phase::Ours => None,
        }
    }

    /// Whether a head has begun and is not whole.
    pub fn is_in_a_head(&self) -> bool {
        matches!(self.0.get(), Phase::Head { .. })
    }
}

/// A request that is being answered.
#[derive(Debug)]
pub struct InHand {
    turn: Turn,
    /// If its answer ends the connection: how long at most the client is heard then.
    linger: Option<Duration>,
}

impl InHand {
    /// Its answer ends the connection. A client that was too slow already is not heard for longer than it takes to hear
    /// of that; another may have much to send still before it listens.
    pub fn ends_the_connection(&mut self, is_too_slow: bool) {
        self.linger = Some(if is_too_slow { LINGER } else { LONGEST_LINGER });
    }

    fn answered(&self, now: Instant) {
        self.turn.0.set(match self.linger {
            Some(linger) => Phase::Parting { until: now + LINGER, latest: now + linger },
            None => Phase::Quiet { until: now + KEEP_ALIVE },
        });
    }
}

impl Drop for InHand {
    fn drop(&mut self) {
        self.answered(Instant::now());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn more_bytes_of_a_head_give_it_no_more_time() {
        let opened = Instant::now();
        let turn = Turn::new(opened);
        assert_eq!(turn.until(), Some(opened + HEAD_TIMEOUT));
        assert!(!turn.is_in_a_head());
        turn.heard(opened + SECOND);
        turn.heard(opened + 2 * SECOND);
        assert_eq!(turn.until(), Some(opened + SECOND + HEAD_TIMEOUT));
        assert!(turn.is_in_a_head());
    }

    #[test]
    fn a_request_in_hand_is_not_timed_here() {
        let opened = Instant::now();
        let turn = Turn::new(opened);
        let in_hand = turn.take();
        turn.heard(opened + 60 * SECOND);
        assert_eq!(turn.until(), None);
        drop(in_hand);
        assert!(turn.until().is_some());
    }

    #[test]
    fn a_second_head_has_as_long_as_the_first() {
        let opened = Instant::now();
        let turn = Turn::new(opened);
        turn.take().answered(opened);
        drop(turn.take());
        let said = Instant::now();
        assert!(turn.until().is_some_and(|until| until > said + KEEP_ALIVE - SECOND));
        turn.heard(said);
        assert_eq!(turn.until(), Some(said + HEAD_TIMEOUT));
    }

    #[test]
    fn whoever_goes_on_after_the_last_answer_is_heard_while_more_comes() {
        let answered = Instant::now();
        let turn = Turn::new(answered);
        let mut in_hand = turn.take();
        in_hand.ends_the_connection(false);
        in_hand.answered(answered);
        std::mem::forget(in_hand);
        assert_eq!(turn.until(), Some(answered + LINGER));
        turn.heard(answered + SECOND);
        assert_eq!(turn.until(), Some(answered + SECOND + LINGER));
        turn.heard(answered + 60 * SECOND);
        assert_eq!(turn.until(), Some(answered + LONGEST_LINGER));
    }

    #[test]
    fn whoever_was_too_slow_is_heard_for_a_moment() {
        let answered = Instant::now();
        let turn = Turn::new(answered);
        let mut in_hand = turn.take();
        in_hand.ends_the_connection(true);
        in_hand.answered(answered);
        std::mem::forget(in_hand);
        turn.heard(answered + SECOND);
        assert_eq!(turn.until(), Some(answered + LINGER));
    }
}
