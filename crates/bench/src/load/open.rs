//! The open loop: requests at a fixed rate. Time counts from the moment at which a request was to be sent, so that a
//! server that stands still is not spared the requests that it kept from being made.

use std::time::Duration;

use rand::{Rng as _, SeedableRng as _, rngs::SmallRng};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep_until},
};

use super::{Connection, Outcome, Target};
use crate::scenario::Scenario;

/// `rate` requests of `scenario` a second for so long.
///
/// # Errors
/// When a client cannot be made.
pub async fn run(target: &Target, scenario: Scenario, rate: u32, time: Duration) -> anyhow::Result<Outcome> {
    let connection = Connection::new(target.callers.len())?;
    let mut rng = SmallRng::from_os_rng();
    let (began, gap) = (Instant::now(), Duration::from_secs(1) / rate.max(1));
    let mut requests = JoinSet::new();
    let mut outcome = Outcome::default();
    for number in 0.. {
        let due = began + gap * number;
        if due >= began + time {
            break;
        }
        sleep_until(due).await;
        let place = rng.random_range(0..target.callers.len());
        let request = scenario.request(&target.callers[place], &target.administrator, &mut rng);
        let (target, connection) = (target.clone(), connection.clone());
        requests.spawn(async move {
            let answered = connection.send(&target, &target.callers[place], request).await;
            answered.then(|| due.elapsed())
        });
        while let Some(one) = requests.try_join_next() {
            outcome.count(one?);
        }
    }
    while let Some(one) = requests.join_next().await {
        outcome.count(one?);
    }
    Ok(outcome)
}

impl Outcome {
    fn count(&mut self, took: Option<Duration>) {
        match took {
            Some(took) => self.latencies.push(took),
            None => self.failures += 1,
        }
    }
}
