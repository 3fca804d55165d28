//! Kills parts with SIGKILL, at moments drawn from the seed.

use std::{sync::Arc, time::Duration};

use rand::{Rng, seq::SliceRandom as _};
use rig::{System, supervisor::Supervised};
use tokio::time::Instant;

use crate::clients::writers::Work;

const LOOK: Duration = Duration::from_millis(20);
/// A part that is down may take so long to come back before it can be killed again.
const PATIENCE: Duration = Duration::from_secs(120);

/// A kill: of which part, once so many assignments are acknowledged.
pub struct Kill {
    at: u64,
    part: usize,
}

/// `kills` for each of `parts`, anywhere in the middle 90 % of `assignments`.
pub fn plan(parts: usize, kills: u32, assignments: u64, rng: &mut impl Rng) -> Vec<Kill> {
    let (first, last) = (assignments / 20, assignments - assignments / 20);
    let mut victims: Vec<usize> = (0..parts).flat_map(|part| (0..kills).map(move |_| part)).collect();
    victims.shuffle(rng);
    let mut moments: Vec<u64> = victims.iter().map(|_| rng.random_range(first..=last)).collect();
    moments.sort_unstable();
    moments.into_iter().zip(victims).map(|(at, part)| Kill { at, part }).collect()
}

/// Carries the plan out. A part that is down at its moment is killed once it is up again.
pub async fn kill_all(system: &System, plan: Vec<Kill>, work: &Arc<Work>) -> anyhow::Result<()> {
    for kill in plan {
        while work.acknowledged() < kill.at {
            tokio::time::sleep(LOOK).await;
        }
        kill_when_up(&system.parts[kill.part]).await?;
    }
    Ok(())
}

/// Kills a part, waiting until it is up if it is down.
pub async fn kill_when_up(part: &Supervised) -> anyhow::Result<()> {
    let give_up = Instant::now() + PATIENCE;
    while !part.kill() {
        anyhow::ensure!(Instant::now() < give_up, "{} does not come back", part.name);
        tokio::time::sleep(LOOK).await;
    }
    Ok(())
}
