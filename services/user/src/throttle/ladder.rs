//! How long to wait after so many failures. Pure.

use chrono::TimeDelta;

/// Seconds between attempts, from the first failure that is not free on.
const STEPS: [i64; 4] = [1, 3, 5, 10];

/// The pause after the `failures`-th failure in a row, the first `free` of which cost nothing but the last.
#[must_use]
pub fn pause(failures: u32, free: u32) -> TimeDelta {
    let Some(step) = failures.checked_sub(free.max(1)) else { return TimeDelta::zero() };
    let step = usize::try_from(step).unwrap_or(usize::MAX).min(STEPS.len() - 1);
    TimeDelta::seconds(STEPS[step])
}

/// Whole seconds for `Retry-After`: never zero, never less than the pause.
#[must_use]
pub fn retry_after(left: TimeDelta) -> u64 {
    let seconds = left.num_milliseconds().max(1).unsigned_abs().div_ceil(1000);
    seconds.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ladder_begins_after_the_free_failures_and_ends_at_ten_seconds() {
        let pauses: Vec<i64> = (1..=10).map(|failures| pause(failures, 5).num_seconds()).collect();
        assert_eq!(pauses, [0, 0, 0, 0, 1, 3, 5, 10, 10, 10]);
        assert_eq!(pause(1, 0).num_seconds(), 1);
    }

    #[test]
    fn retry_after_is_rounded_up() {
        assert_eq!(retry_after(TimeDelta::milliseconds(1)), 1);
        assert_eq!(retry_after(TimeDelta::milliseconds(1001)), 2);
        assert_eq!(retry_after(TimeDelta::zero()), 1);
    }
}
