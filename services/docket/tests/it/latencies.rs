//! How long things took, for the bars that are about time.

use std::time::Duration;

/// Durations that were measured.
#[derive(Debug, Default)]
pub struct Latencies(Vec<Duration>);

impl Latencies {
    /// The duration below which `percent` of a hundred lie (nearest rank).
    pub fn percentile(&self, percent: usize) -> Duration {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let rank = (sorted.len() * percent).div_ceil(100).max(1);
        sorted.get(rank - 1).copied().unwrap_or_default()
    }

    pub fn push(&mut self, duration: Duration) {
        self.0.push(duration);
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }
}

impl FromIterator<Duration> for Latencies {
    fn from_iter<I: IntoIterator<Item = Duration>>(durations: I) -> Self {
        Self(durations.into_iter().collect())
    }
}

#[test]
fn percentiles_are_nearest_ranks() {
    let latencies: Latencies = (1..=100).rev().map(Duration::from_millis).collect();
    assert_eq!(latencies.percentile(50), Duration::from_millis(50));
    assert_eq!(latencies.percentile(99), Duration::from_millis(99));
    assert_eq!(Latencies::default().percentile(99), Duration::ZERO);
}
