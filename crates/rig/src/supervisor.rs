//! Starts a part again whenever it has ended, as systemd or Kubernetes would.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use anyhow::Context as _;
use nix::sys::signal::Signal;
use tokio::{sync::watch, task::JoinHandle};

use crate::part::{Recipe, Running, send};

/// From an end to the next start.
const PAUSE: Duration = Duration::from_millis(500);

/// What is wanted of a part.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wish {
    Up,
    /// Away until further notice, its end being a kill.
    Away,
    Stopped,
}

/// A part that is kept running.
pub struct Supervised {
    /// Its name in reports.
    pub name: &'static str,
    pid: Arc<Mutex<Option<u32>>>,
    /// Runs so far.
    starts: Arc<AtomicU32>,
    kills: AtomicU32,
    wish: watch::Sender<Wish>,
    task: JoinHandle<anyhow::Result<()>>,
}

impl Supervised {
    /// Starts it, and from then on starts it again.
    pub async fn start(name: &'static str, recipe: Recipe) -> anyhow::Result<Self> {
        let running = recipe.start().await.with_context(|| format!("{name} does not start"))?;
        Ok(Self::adopt(name, recipe, running))
    }

    /// Takes over what runs already.
    pub fn adopt(name: &'static str, recipe: Recipe, running: Running) -> Self {
        let pid = Arc::new(Mutex::new(running.pid()));
        let starts = Arc::new(AtomicU32::new(1));
        let (wish, wanted) = watch::channel(Wish::Up);
        let keeper = Keeper { name, recipe, pid: Arc::clone(&pid), starts: Arc::clone(&starts), wanted };
        let task = tokio::spawn(keeper.keep(running));
        Self { name, pid, starts, kills: AtomicU32::new(0), wish, task }
    }

    /// Its process, if it runs.
    pub fn pid(&self) -> Option<u32> {
        *self.pid.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `kill -9`; false when it is down already.
    pub fn kill(&self) -> bool {
        let mut pid = self.pid.lock().unwrap_or_else(PoisonError::into_inner);
        let killed = pid.take().is_some_and(|pid| send(pid, Signal::SIGKILL).is_ok());
        self.kills.fetch_add(u32::from(killed), Ordering::Relaxed);
        killed
    }

    /// Kills it, and leaves it down until [`Self::bring_back`].
    pub fn take_away(&self) {
        self.wish.send_replace(Wish::Away);
        self.kill();
    }

    /// Starts it again after [`Self::take_away`].
    pub fn bring_back(&self) {
        self.wish.send_replace(Wish::Up);
    }

    /// How often it was killed by us.
    pub fn kills(&self) -> u32 {
        self.kills.load(Ordering::Relaxed)
    }

    /// How often it ended without being killed: a service that meets no database at its start does.
    pub fn ends_of_its_own(&self) -> u32 {
        self.starts.load(Ordering::Relaxed).saturating_sub(1 + self.kills())
    }

    /// Ends it in order.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.wish.send_replace(Wish::Stopped);
        self.task.await?.with_context(|| self.name)
    }
}

struct Keeper {
    name: &'static str,
    recipe: Recipe,
    pid: Arc<Mutex<Option<u32>>>,
    starts: Arc<AtomicU32>,
    wanted: watch::Receiver<Wish>,
}

impl Keeper {
    async fn keep(mut self, mut running: Running) -> anyhow::Result<()> {
        loop {
            let has_ended = tokio::select! {
                () = running.ended() => true,
                _ = self.wanted.wait_for(|wish| *wish == Wish::Stopped) => false,
            };
            self.note(None);
            if !has_ended {
                return running.stop().await;
            }
            drop(running);
            running = match self.again().await {
                Some(running) => running,
                None => return Ok(()),
            };
            self.starts.fetch_add(1, Ordering::Relaxed);
            self.note(running.pid());
        }
    }

    /// The next run; `None` when none is wanted any more.
    async fn again(&mut self) -> Option<Running> {
        loop {
            tokio::time::sleep(PAUSE).await;
            let wish = *self.wanted.wait_for(|wish| *wish != Wish::Away).await.ok()?;
            if wish == Wish::Stopped {
                return None;
            }
            match self.recipe.start().await {
                Ok(running) => return Some(running),
                Err(error) => eprintln!("{}: {error:#}", self.name),
            }
        }
    }

    fn note(&self, pid: Option<u32>) {
        *self.pid.lock().unwrap_or_else(PoisonError::into_inner) = pid;
    }
}
