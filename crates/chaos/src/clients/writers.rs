//! Administrators who create and re-assign tasks, and remember what was acknowledged.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom as _};
use reqwest::Method;
use serde_json::json;
use tokio::{
    sync::Mutex,
    time::{Interval, interval},
};

use super::{api::Api, creations, people::Person};

/// Of a writer without a plan, so many in a hundred assignments are of new tasks.
const NEW_OF_100: u32 = 60;
/// Of new tasks, so many in a hundred are made with an `Idempotency-Key`.
const KEYED_OF_100: u32 = 50;

/// A task and everybody it was assigned to, in order, all of it acknowledged.
pub struct Task {
    /// Its id.
    pub id: String,
    /// Places in the list of people.
    pub assignees: Vec<usize>,
}

/// What is to be written.
#[derive(Clone, Copy)]
pub enum Plan {
    /// New tasks and old ones, as it comes.
    Mixed,
    /// Each writer so many tasks, and then re-assignments of those in turn.
    FewTasks {
        /// Tasks of each writer.
        each: usize,
    },
}

/// What all writers share.
pub struct Work {
    /// What is to be written.
    pub plan: Plan,
    /// Whom tasks are assigned to.
    pub people: Vec<Person>,
    wanted: AtomicU64,
    begun: AtomicU64,
    acknowledged: AtomicU64,
    pace: Mutex<Interval>,
}

impl Work {
    /// So many assignments, so many a second.
    pub fn new(plan: Plan, people: Vec<Person>, wanted: u64, rate: u32) -> Arc<Self> {
        let pace = Mutex::new(interval(Duration::from_secs(1) / rate.max(1)));
        let wanted = AtomicU64::new(wanted);
        Arc::new(Self {
            plan,
            people,
            wanted,
            begun: AtomicU64::new(0),
            acknowledged: AtomicU64::new(0),
            pace,
        })
    }

    /// Assignments that were acknowledged so far.
    pub fn acknowledged(&self) -> u64 {
        self.acknowledged.load(Ordering::Relaxed)
    }

    /// Nothing more is begun.
    pub fn finish(&self) {
        self.wanted.store(0, Ordering::Relaxed);
    }

    /// Waits for its turn; false when everything is begun.
    async fn begin(&self) -> bool {
        self.pace.lock().await.tick().await;
        self.begun.fetch_add(1, Ordering::Relaxed) < self.wanted.load(Ordering::Relaxed)
    }

    fn somebody_but(&self, not: Option<usize>, rng: &mut StdRng) -> usize {
        let others: Vec<usize> = (0..self.people.len()).filter(|place| Some(*place) != not).collect();
        others.choose(rng).copied().unwrap_or_default()
    }
}

/// One writer, until the work is done; what it has written.
pub async fn write(work: Arc<Work>, admin: Api, seed: u64) -> anyhow::Result<Vec<Task>> {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut tasks: Vec<Task> = Vec::new();
    let mut turn = 0;
    while work.begin().await {
        let is_new = match work.plan {
            Plan::Mixed => tasks.is_empty() || rng.random_ratio(NEW_OF_100, 100),
            Plan::FewTasks { each } => tasks.len() < each,
        };
        if is_new {
            let assignee = work.somebody_but(None, &mut rng);
            tasks.push(if rng.random_ratio(KEYED_OF_100, 100) {
                creations::with_key(&admin, &work.people, assignee, &mut rng).await?
            } else {
                creations::without_key(&admin, &work.people, assignee, &mut rng).await?
            });
        } else {
            let chosen = match work.plan {
                Plan::Mixed => rng.random_range(0..tasks.len()),
                Plan::FewTasks { .. } => turn % tasks.len(),
            };
            turn += 1;
            re_assign(&work, &admin, &mut tasks[chosen], &mut rng).await?;
        }
        work.acknowledged.fetch_add(1, Ordering::Relaxed);
    }
    Ok(tasks)
}

/// Said twice, an assignment changes nothing the second time: it needs no key, and is sent with one all the same.
async fn re_assign(work: &Work, admin: &Api, task: &mut Task, rng: &mut StdRng) -> anyhow::Result<()> {
    let next = work.somebody_but(task.assignees.last().copied(), rng);
    let key = format!("assign-{:032x}", rng.random::<u128>());
    let body = json!({"assigned_to": work.people[next].email});
    admin.call(Method::PATCH, &format!("/api/tasks/{}/", task.id), Some(&body), Some(&key)).await?;
    task.assignees.push(next);
    Ok(())
}
