//! People who look: at their tasks, their notifications and their dashboard. What fails is counted, not said again.

use std::time::Duration;

use rand::seq::IndexedRandom as _;
use tokio::{
    task::JoinSet,
    time::{MissedTickBehavior, interval},
};
use tokio_util::sync::CancellationToken;

use super::people::Person;

const PATHS: [&str; 5] = [
    "/api/tasks/",
    "/api/notifications/",
    "/api/notifications/unread-count/",
    "/api/users/dashboard/",
    "/api/users/me/",
];

/// Reads as one person after the other, `rate` times a second, until `stop`.
pub async fn read(people: Vec<Person>, rate: u32, stop: CancellationToken) -> anyhow::Result<()> {
    let mut pace = interval(Duration::from_secs(1) / rate.max(1));
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut reads = JoinSet::new();
    for person in people.iter().cycle() {
        tokio::select! {
            () = stop.cancelled() => break,
            _ = pace.tick() => {}
        }
        let path = PATHS.choose(&mut rand::rng()).copied().unwrap_or(PATHS[0]);
        let api = person.api.clone();
        // A slow answer does not slow down the others.
        reads.spawn(async move { api.once(path).await });
        while let Some(read) = reads.try_join_next() {
            read??;
        }
    }
    while let Some(read) = reads.join_next().await {
        read??;
    }
    Ok(())
}
