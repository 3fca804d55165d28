//! Pure: a circuit breaker, which spares a service that is down and us the waiting.

use std::time::{Duration, Instant};

/// Failures in a row that open it.
const FAILURES: u32 = 5;
/// How long it is open the first time; doubled with each probe that fails.
const FIRST: Duration = Duration::from_secs(5);
/// The longest time.
const LONGEST: Duration = Duration::from_secs(60);

/// Closed: everything passes. Open: nothing does, until its time is over; then one probe decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Closed { failures: u32 },
    Open { until: Instant, waited: Duration },
    Probing { waited: Duration },
}

/// The breaker of one service. Times are given, never read.
#[derive(Debug)]
pub struct Breaker(State);

impl Default for Breaker {
    fn default() -> Self {
        Self(State::Closed { failures: 0 })
    }
}

impl Breaker {
    /// Whether a try may be made now. Whoever is let through must say how it went.
    pub fn admits(&mut self, now: Instant) -> bool {
        match self.0 {
            State::Closed { .. } => true,
            State::Open { until, waited } if now >= until => {
                self.0 = State::Probing { waited };
                true
            }
            State::Open { .. } | State::Probing { .. } => false,
        }
    }

    /// The service answered.
    pub fn succeeded(&mut self) {
        // A late answer to a try from before it opened says nothing about now, but it does no harm either: it answers.
        self.0 = State::Closed { failures: 0 };
    }

    /// The service did not answer, or not sensibly.
    pub fn failed(&mut self, now: Instant) {
        self.0 = match self.0 {
            State::Closed { failures } if failures + 1 < FAILURES => State::Closed { failures: failures + 1 },
            State::Closed { .. } => State::Open { until: now + FIRST, waited: FIRST },
            State::Probing { waited } => {
                let wait = (waited * 2).min(LONGEST);
                State::Open { until: now + wait, waited: wait }
            }
            // A try from before it opened.
            open @ State::Open { .. } => open,
        };
    }

    /// Nobody waited for the answer: another probe may be made at once.
    pub fn abandoned(&mut self, now: Instant) {
        if let State::Probing { waited } = self.0 {
            self.0 = State::Open { until: now, waited };
        }
    }

    /// True while nothing passes.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !matches!(self.0, State::Closed { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(at: Instant) -> Breaker {
        let mut breaker = Breaker::default();
        for _ in 0..FAILURES {
            assert!(breaker.admits(at));
            breaker.failed(at);
        }
        breaker
    }

    #[test]
    fn five_failures_in_a_row_open_it_and_a_success_starts_over() {
        let now = Instant::now();
        let mut breaker = Breaker::default();
        for _ in 0..3 {
            for _ in 0..FAILURES - 1 {
                breaker.failed(now);
            }
            breaker.succeeded();
        }
        assert!(breaker.admits(now) && !breaker.is_open());
        assert!(!opened(now).admits(now));
    }

    #[test]
    fn after_its_time_one_probe_passes_and_decides() {
        let now = Instant::now();
        let mut breaker = opened(now);
        assert!(!breaker.admits(now + FIRST - Duration::from_millis(1)));
        assert!(breaker.admits(now + FIRST));
        assert!(!breaker.admits(now + FIRST), "one probe, not two");
        breaker.succeeded();
        assert!(breaker.admits(now + FIRST) && breaker.admits(now + FIRST));
    }

    #[test]
    fn each_failed_probe_doubles_the_wait_up_to_a_minute() {
        let mut now = Instant::now();
        let mut breaker = opened(now);
        for seconds in [5, 10, 20, 40, 60, 60] {
            let wait = Duration::from_secs(seconds);
            assert!(!breaker.admits(now + wait - Duration::from_millis(1)), "{seconds} s");
            now += wait;
            assert!(breaker.admits(now), "{seconds} s");
            breaker.failed(now);
        }
    }

    #[test]
    fn a_probe_that_nobody_waits_for_does_not_keep_it_open() {
        let now = Instant::now();
        let mut breaker = opened(now);
        assert!(breaker.admits(now + FIRST));
        breaker.abandoned(now + FIRST);
        assert!(breaker.admits(now + FIRST));
    }
}
