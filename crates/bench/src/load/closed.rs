//! The closed loop: as many requests under way as there are connections.

use std::{sync::Arc, time::Duration};

use rand::{SeedableRng as _, rngs::SmallRng};
use tokio::{task::JoinSet, time::Instant};

use super::{Connection, Outcome, Target};
use crate::scenario::Scenario;

/// Requests of `scenario` for so long.
///
/// # Errors
/// When a client cannot be made.
pub async fn run(target: &Target, scenario: Scenario, time: Duration) -> anyhow::Result<Outcome> {
    let end = Instant::now() + time;
    let mut connections = JoinSet::new();
    for place in 0..target.callers.len() {
        let (target, connection) = (target.clone(), Connection::new(1)?);
        connections.spawn(async move {
            let callers = Arc::clone(&target.callers);
            let caller = &callers[place];
            let mut rng = SmallRng::from_os_rng();
            let mut outcome = Outcome::default();
            while Instant::now() < end {
                let request = scenario.request(caller, &target.administrator, &mut rng);
                let began = Instant::now();
                if connection.send(&target, caller, request).await {
                    outcome.latencies.push(began.elapsed());
                } else {
                    outcome.failures += 1;
                }
            }
            outcome
        });
    }
    let mut all = Outcome::default();
    while let Some(outcome) = connections.join_next().await {
        let outcome = outcome?;
        all.latencies.extend(outcome.latencies);
        all.failures += outcome.failures;
    }
    Ok(all)
}
