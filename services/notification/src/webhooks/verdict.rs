//! Pure: what follows from an attempt: done, another one later, or the end.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

const FIRST_DELAY: Duration = Duration::from_secs(10);
const LONGEST_DELAY: Duration = Duration::from_secs(6 * 3600);
/// Each delay is so many times the one before.
const GROWTH: u32 = 3;
/// A webhook that nothing has reached for this long is disabled.
pub const FAILING_DAYS: i64 = 5;

/// What the other side did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It answered.
    Answered {
        /// HTTP status.
        status: u16,
        /// The first bytes of the body.
        body: String,
        /// The time that it asks to be left alone.
        retry_after: Option<Duration>,
    },
    /// It did not, for this reason.
    Failed(String),
}

/// What becomes of the delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It was taken.
    Sent,
    /// Another attempt after this time.
    Later(Duration),
    /// It was given up.
    Failed,
    /// It was given up, and so is the webhook: 410.
    Gone,
}

impl Verdict {
    /// Its name among the metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Later(_) => "later",
            Self::Failed => "failed",
            Self::Gone => "gone",
        }
    }
}

/// What follows from the outcome of the attempt number `attempts`. `jitter` is any number from 0 to 1.
#[must_use]
pub fn verdict(
    outcome: &Outcome,
    attempts: i32,
    now: DateTime<Utc>,
    give_up_at: DateTime<Utc>,
    jitter: f64,
) -> Verdict {
    let asked = match outcome {
        Outcome::Answered { status: 200..=299, .. } => return Verdict::Sent,
        Outcome::Answered { status: 410, .. } => return Verdict::Gone,
        Outcome::Answered { retry_after, .. } => retry_after.unwrap_or_default(),
        Outcome::Failed(_) => Duration::ZERO,
    };
    // From the full delay down to two thirds of it, so that what failed together does not come back together.
    let delay = delay(attempts).mul_f64(1.0 - jitter.clamp(0.0, 1.0) / 3.0).max(asked.min(LONGEST_DELAY));
    let at = TimeDelta::from_std(delay).map_or(give_up_at, |delay| now + delay);
    if at < give_up_at { Verdict::Later(delay) } else { Verdict::Failed }
}

fn delay(attempts: i32) -> Duration {
    let steps = u32::try_from(attempts - 1).unwrap_or(0).min(12);
    (FIRST_DELAY * GROWTH.pow(steps)).min(LONGEST_DELAY)
}

/// Whether a webhook that has failed since then is to be disabled.
#[must_use]
pub fn is_hopeless(failing_since: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now - failing_since > TimeDelta::days(FAILING_DAYS)
}

/// The outcome in a line, for the log of deliveries.
#[must_use]
pub fn line(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Answered { status: status @ 300..=399, .. } => {
            format!("{status}: redirects are not followed")
        }
        Outcome::Answered { status, .. } => format!("answered {status}"),
        Outcome::Failed(why) => why.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(status: u16) -> Outcome {
        Outcome::Answered { status, body: String::new(), retry_after: None }
    }

    #[test]
    fn only_2xx_is_success_and_410_is_the_end() {
        let now = DateTime::UNIX_EPOCH;
        let until = now + TimeDelta::hours(24);
        let of = |status| verdict(&answered(status), 1, now, until, 0.0);
        assert_eq!([of(200), of(204), of(299)], [Verdict::Sent; 3]);
        assert_eq!(of(410), Verdict::Gone);
        for status in [100, 301, 302, 400, 404, 429, 500, 503] {
            assert_eq!(of(status), Verdict::Later(FIRST_DELAY), "{status}");
        }
    }

    #[test]
    fn attempts_grow_apart_fill_a_day_and_end() {
        let start = DateTime::UNIX_EPOCH;
        let until = start + TimeDelta::hours(24);
        for jitter in [0.0, 0.5, 1.0] {
            let (mut now, mut attempts, mut before) = (start, 1, Duration::ZERO);
            while let Verdict::Later(delay) =
                verdict(&Outcome::Failed("refused".to_owned()), attempts, now, until, jitter)
            {
                assert!(delay >= before && delay <= LONGEST_DELAY);
                before = delay;
                now += TimeDelta::from_std(delay).expect("a short time");
                attempts += 1;
            }
            assert!((10..=14).contains(&attempts), "{attempts} attempts");
            assert!(now > start + TimeDelta::hours(15) && now < until, "the last one at {now}");
        }
    }

    #[test]
    fn whoever_asks_for_time_is_given_it_within_reason() {
        let asked = |seconds| Outcome::Answered {
            status: 429,
            body: String::new(),
            retry_after: Some(Duration::from_secs(seconds)),
        };
        let now = DateTime::UNIX_EPOCH;
        let until = now + TimeDelta::hours(24);
        let wait = |seconds| verdict(&asked(seconds), 1, now, until, 0.0);
        assert_eq!(wait(120), Verdict::Later(Duration::from_secs(120)));
        assert_eq!(wait(1), Verdict::Later(FIRST_DELAY));
        assert_eq!(wait(u64::MAX), Verdict::Later(LONGEST_DELAY));
    }

    #[test]
    fn days_of_failure_are_enough() {
        let since = DateTime::UNIX_EPOCH;
        assert!(!is_hopeless(since, since + TimeDelta::days(FAILING_DAYS)));
        assert!(is_hopeless(since, since + TimeDelta::days(FAILING_DAYS) + TimeDelta::seconds(1)));
    }
}
