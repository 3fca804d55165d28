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
/// After an answer that ends its connection, what is still on its way is heard for so long. To close at once could take
/// the answer away from whoever is sending.
pub const LINGER: Duration = Duration::from_millis(500);

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
    Parting { until: Instant },
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
        if let Phase::Quiet { .. } = self.0.get() {
            self.0.set(Phase::Head { until: now + HEAD_TIMEOUT });
        }
    }

    /// A head is whole: it is our turn while what this gives lives.
    pub fn take(&self) -> InHand {
        self.0.set(Phase::Ours);
        InHand { turn: self.clone(), is_last: false }
    }

    /// When the client's time is over; `None` while it is our turn.
    pub fn until(&self) -> Option<Instant> {
        match self.0.get() {
            Phase::Quiet { until } | Phase::Head { until } | Phase::Parting { until } => Some(until),
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
    is_last: bool,
}

impl InHand {
    /// Its answer ends the connection.
    pub fn ends_the_connection(&mut self) {
        self.is_last = true;
    }

    fn answered(&self, now: Instant) {
        self.turn.0.set(if self.is_last {
            Phase::Parting { until: now + LINGER }
        } else {
            Phase::Quiet { until: now + KEEP_ALIVE }
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
    fn whoever_goes_on_after_the_last_answer_is_heard_for_a_moment() {
        let turn = Turn::new(Instant::now());
        let mut in_hand = turn.take();
        in_hand.ends_the_connection();
        drop(in_hand);
        let until = turn.until().unwrap();
        assert!(until <= Instant::now() + LINGER);
        turn.heard(Instant::now());
        assert_eq!(turn.until(), Some(until));
    }
}
