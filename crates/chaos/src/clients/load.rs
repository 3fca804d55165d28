//! Everybody at once: writers, readers, and those who follow their streams.

use std::{sync::Arc, time::Duration};

use rand::{Rng as _, rngs::StdRng};
use tokio::{
    task::{JoinHandle, JoinSet},
    time::Instant,
};
use tokio_util::sync::CancellationToken;

use super::{
    api::{Api, Tally},
    creations,
    people::{self, Person},
    readers,
    streams::{self, Followed},
    writers::{self, Plan, Task, Work},
};
use rig::{ADMIN, System};

use crate::{audit, report::Report};

/// People who are told, and those of them who follow their stream.
const PEOPLE: usize = 24;
const FOLLOWERS: usize = 4;
const LOOK: Duration = Duration::from_millis(50);

/// How much there is of everything.
#[derive(Clone, Copy)]
pub struct Measure {
    /// What writers write.
    pub plan: Plan,
    /// Writers.
    pub clients: usize,
    /// Assignments in all.
    pub assignments: u64,
    /// Assignments a second.
    pub rate: u32,
    /// Reads a second.
    pub reads: u32,
}

/// A load that is running.
pub struct Load {
    /// What the writers share.
    pub work: Arc<Work>,
    /// How often the database was taken away.
    pub outages: u32,
    admin: Api,
    greetings: Vec<Task>,
    writers: JoinSet<anyhow::Result<Vec<Task>>>,
    followers: JoinSet<anyhow::Result<(Person, String, Followed)>>,
    reading: JoinHandle<anyhow::Result<()>>,
    stop: CancellationToken,
    began: Instant,
    measure: Measure,
}

impl Load {
    /// Registers people, and begins.
    pub async fn start(system: &System, measure: Measure, rng: &mut StdRng) -> anyhow::Result<Self> {
        let admin = Api::new(&system.url, ADMIN, &Tally::default())?;
        let people = people::register(&admin, PEOPLE).await?;
        let mut greetings = Vec::new();
        for place in 0..people.len() {
            // So that everybody has a notification to go on after.
            greetings.push(creations::with_key(&admin, &people, place, rng).await?);
        }
        let stop = CancellationToken::new();
        let mut followers = JoinSet::new();
        for person in people.iter().take(FOLLOWERS).cloned() {
            let (last, stop) = (first_notification(&person).await?, stop.clone());
            followers.spawn(async move {
                let followed = streams::follow(person.clone(), last.clone(), stop).await?;
                anyhow::Ok((person, last, followed))
            });
        }
        let reading = tokio::spawn(readers::read(people.clone(), measure.reads, stop.clone()));
        let work = Work::new(measure.plan, people, measure.assignments, measure.rate);
        let mut writers = JoinSet::new();
        for _ in 0..measure.clients {
            writers.spawn(writers::write(Arc::clone(&work), admin.clone(), rng.random()));
        }
        Ok(Self {
            work,
            outages: 0,
            admin,
            greetings,
            writers,
            followers,
            reading,
            stop,
            began: Instant::now(),
            measure,
        })
    }

    /// What came back so far.
    pub fn tally(&self) -> &Tally {
        &self.admin.tally
    }

    /// Waits until everything that was begun is acknowledged, then audits it.
    pub async fn finish(mut self, system: &System, report: &mut Report) -> anyhow::Result<()> {
        let mut tasks = self.greetings;
        while let Some(written) = self.writers.join_next().await {
            tasks.extend(written??);
        }
        let took = self.began.elapsed().as_secs_f64();
        let load = format!(
            "{} clients, {} assignments in {took:.0} s",
            self.measure.clients,
            self.work.acknowledged()
        );
        report.told("load", load);
        system.ready().await?;
        tell_kills(system, report);
        audit::audit(system, &self.admin, &self.work.people, &tasks, self.outages, report).await?;
        self.stop.cancel();
        self.reading.await??;
        let mut followed = Vec::new();
        while let Some(one) = self.followers.join_next().await {
            followed.push(one??);
        }
        audit::compare_streams(followed, report).await?;
        report.told("answers", self.admin.tally.line());
        Ok(())
    }
}

async fn first_notification(person: &Person) -> anyhow::Result<String> {
    let give_up = Instant::now() + audit::DRAIN;
    loop {
        if let Some(first) = person.told().await?.first() {
            return Ok(first["id"].as_str().unwrap_or_default().to_owned());
        }
        anyhow::ensure!(Instant::now() < give_up, "{} was told nothing", person.email);
        tokio::time::sleep(LOOK).await;
    }
}

/// Says what was killed how often.
fn tell_kills(system: &System, report: &mut Report) {
    for part in &system.parts {
        let of_its_own = part.ends_of_its_own();
        let and = if of_its_own == 0 {
            String::new()
        } else {
            format!(" (and ended {of_its_own} times by itself)")
        };
        report.told(&format!("kill -9 of the {}", part.name), format!("{}{and}", part.kills()));
    }
}
