//! What was measured of a scenario, and medians over rounds.

use std::time::Duration;

/// One round of one scenario.
#[derive(Debug, Clone, Copy, Default)]
pub struct Measured {
    /// Requests a second.
    pub rate: f64,
    /// Latencies: the 50th, 95th and 99th percentile, and the 99.9th.
    pub percentiles: [Duration; 4],
    /// Processor time of the services per request.
    pub services: Duration,
    /// That of Postgres.
    pub postgres: Duration,
    /// That of the broker.
    pub broker: Duration,
    /// That of the gateway.
    pub gateway: Duration,
    /// Answers that were not success.
    pub failures: u64,
}

/// The share of each percentile.
const SHARES: [f64; 4] = [0.50, 0.95, 0.99, 0.999];

/// The percentiles of `latencies`.
#[must_use]
pub fn percentiles(mut latencies: Vec<Duration>) -> [Duration; 4] {
    latencies.sort_unstable();
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a place in a list"
    )]
    SHARES.map(|share| {
        let place = (latencies.len() as f64 * share) as usize;
        latencies.get(place).or(latencies.last()).copied().unwrap_or_default()
    })
}

impl Measured {
    /// Services and Postgres together.
    #[must_use]
    pub fn total(&self) -> Duration {
        self.services + self.postgres
    }

    /// The median of each number by itself.
    #[must_use]
    pub fn median(rounds: &[Self]) -> Self {
        let time = |of: fn(&Self) -> Duration| median(rounds.iter().map(of).collect());
        let mut percentiles = [Duration::ZERO; 4];
        for (place, percentile) in percentiles.iter_mut().enumerate() {
            *percentile = median(rounds.iter().map(|one| one.percentiles[place]).collect());
        }
        let mut rates: Vec<f64> = rounds.iter().map(|one| one.rate).collect();
        rates.sort_unstable_by(f64::total_cmp);
        Self {
            rate: rates.get(rates.len() / 2).copied().unwrap_or_default(),
            percentiles,
            services: time(|one| one.services),
            postgres: time(|one| one.postgres),
            broker: time(|one| one.broker),
            gateway: time(|one| one.gateway),
            failures: rounds.iter().map(|one| one.failures).sum(),
        }
    }
}

/// The median of times; zero of none.
#[must_use]
pub fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_places_in_order() {
        let latencies = (1..=1000).rev().map(Duration::from_millis).collect();
        assert_eq!(percentiles(latencies).map(|one| one.as_millis()), [501, 951, 991, 1000]);
        assert_eq!(percentiles(Vec::new()), [Duration::ZERO; 4]);
    }

    #[test]
    fn a_median_is_of_each_number_by_itself() {
        let round = |rate, services| Measured {
            rate,
            services: Duration::from_micros(services),
            failures: 1,
            ..Measured::default()
        };
        let median = Measured::median(&[round(1.0, 30), round(3.0, 10), round(2.0, 20)]);
        assert_eq!((median.rate, median.services.as_micros(), median.failures), (2.0, 20, 3));
    }
}
