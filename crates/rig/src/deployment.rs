//! A service in several replicas that are replaced one by one, as a Kubernetes Deployment with `maxUnavailable: 0` does
//! it: a new pod becomes ready, an old one is told to end, and is taken out of the Service a moment later.

use std::{collections::VecDeque, net::SocketAddr, time::Duration};

use anyhow::Context as _;
use nix::sys::signal::Signal;
use tokio::{
    process::Child,
    time::{Instant, sleep, timeout},
};

use crate::{
    balancer::Balancer,
    part::{Program, send},
    ports,
};

/// How often readiness is looked at.
const LOOK: Duration = Duration::from_millis(100);
const PATIENCE: Duration = Duration::from_secs(120);
/// Until every node knows that a pod is ending. `SHUTDOWN_GRACE_SECONDS` is there for this.
const PROPAGATION: Duration = Duration::from_secs(2);

/// How a pod of a release is started that listens there, with its signs of life there.
pub type Recipe = Box<dyn Fn(SocketAddr, SocketAddr) -> Program + Send + Sync>;

/// One service.
pub struct Deployment {
    /// Its name in reports.
    pub name: &'static str,
    balancer: Balancer,
    /// The releases that rollouts go around.
    releases: Vec<Recipe>,
    release: usize,
    pods: VecDeque<Pod>,
}

struct Pod {
    listen: SocketAddr,
    child: Child,
}

impl Deployment {
    /// So many replicas behind `address`.
    pub async fn start(
        name: &'static str,
        address: SocketAddr,
        replicas: usize,
        releases: Vec<Recipe>,
    ) -> anyhow::Result<Self> {
        let balancer = Balancer::start(address).await?;
        let mut deployment = Self { name, balancer, releases, release: 0, pods: VecDeque::new() };
        for _ in 0..replicas {
            deployment.surge().await?;
        }
        Ok(deployment)
    }

    /// One more pod; returns when it takes requests.
    async fn surge(&mut self) -> anyhow::Result<()> {
        let [listen, ops] = ports::free(&mut rand::rng())?;
        let recipe = self.releases.get(self.release).context("no release")?;
        let mut child = recipe(listen, ops).spawn()?;
        let client = reqwest::Client::builder().timeout(Duration::from_secs(2)).no_proxy().build()?;
        let (url, give_up) = (format!("http://{ops}/readyz"), Instant::now() + PATIENCE);
        while !client.get(&url).send().await.is_ok_and(|answer| answer.status().is_success()) {
            if let Some(status) = child.try_wait()? {
                anyhow::bail!("a new {} ended: {status}", self.name);
            }
            anyhow::ensure!(Instant::now() < give_up, "a new {} does not become ready", self.name);
            sleep(LOOK).await;
        }
        self.balancer.add(listen);
        self.pods.push_back(Pod { listen, child });
        Ok(())
    }

    /// Replaces every pod, one after the other, by one of the next release.
    pub async fn roll(&mut self) -> anyhow::Result<()> {
        self.release = (self.release + 1) % self.releases.len();
        for _ in 0..self.pods.len() {
            self.surge().await?;
            let mut old = self.pods.pop_front().context("no pod")?;
            let pid = old.child.id().with_context(|| format!("a {} has died", self.name))?;
            send(pid, Signal::SIGTERM)?;
            sleep(PROPAGATION).await;
            self.balancer.remove(old.listen);
            let status = timeout(PATIENCE, old.child.wait()).await.context("an old pod does not end")??;
            anyhow::ensure!(status.success(), "an old {} ended with {status}", self.name);
        }
        Ok(())
    }

    /// Ends all pods in order.
    pub async fn stop(self) -> anyhow::Result<()> {
        for mut pod in self.pods {
            if let Some(pid) = pod.child.id() {
                send(pid, Signal::SIGTERM)?;
            }
            timeout(PATIENCE, pod.child.wait()).await.context("a pod does not end")??;
        }
        Ok(())
    }
}
