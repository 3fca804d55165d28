//! How long to wait before the next try: 0.1 s, doubling up to 30 s, with jitter so that those who failed together
//! do not come back together.

use std::time::Duration;

const FIRST_SECONDS: f64 = 0.1;
const LONGEST_SECONDS: f64 = 30.0;
/// Doublings after which the longest wait is reached for certain.
const DOUBLINGS: u32 = 10;

/// The wait before the try that follows `failures` failures in a row (1 or more): between half of the step and all
/// of it.
#[must_use]
pub fn delay_after(failures: u32) -> Duration {
    let doublings = failures.saturating_sub(1).min(DOUBLINGS);
    let step = (FIRST_SECONDS * f64::from(1_u32 << doublings)).min(LONGEST_SECONDS);
    Duration::from_secs_f64(step * rand::random_range(0.5..=1.0))
}

/// Counts failures in a row and says how long to wait.
#[derive(Debug, Default, Clone)]
pub struct Backoff {
    failures: u32,
    longest: Option<Duration>,
}

impl Backoff {
    /// Never longer than `longest`: for the reconnects on which everything else waits.
    #[must_use]
    pub fn up_to(longest: Duration) -> Self {
        Self { failures: 0, longest: Some(longest) }
    }

    /// One more failure; the time to wait now.
    pub fn next_delay(&mut self) -> Duration {
        self.failures = self.failures.saturating_add(1);
        let delay = delay_after(self.failures);
        self.longest.map_or(delay, |longest| delay.min(longest))
    }

    /// It worked: the next failure starts from the shortest wait.
    pub fn reset(&mut self) {
        self.failures = 0;
    }

    /// Failures since the last success.
    #[must_use]
    pub fn failures(&self) -> u32 {
        self.failures
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_within_their_bounds() {
        for (failures, step) in [(1, 0.1), (2, 0.2), (5, 1.6), (9, 25.6), (10, 30.0), (u32::MAX, 30.0)] {
            let seconds = delay_after(failures).as_secs_f64();
            assert!(seconds >= step * 0.499 && seconds <= step * 1.001, "{failures} failures: {seconds} s");
        }
    }

    #[test]
    fn success_starts_over_and_the_ceiling_holds() {
        let mut backoff = Backoff::up_to(Duration::from_secs(1));
        let longest = (0..20).map(|_| backoff.next_delay()).max();
        assert_eq!(longest, Some(Duration::from_secs(1)));
        backoff.reset();
        assert!(backoff.next_delay() <= Duration::from_millis(100));
    }
}
