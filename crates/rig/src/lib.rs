//! Docket as it runs in production, on loopback: a database, perhaps a broker, three services and a gateway, each a
//! process of its own that is started again when it dies. For the programs that look at it from outside: `scripts/chaos`
//! and `scripts/bench`.

pub mod addresses;
mod balancer;
pub mod deployment;
mod foundation;
pub mod gateway;
pub mod mail_sink;
pub mod part;
mod place;
pub mod ports;
pub mod services;
pub mod supervisor;

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use anyhow::Context as _;
use messaging::{Bus, BusKind};
use rand::Rng;
use tokio::time::Instant;

use addresses::Addresses;
use deployment::Deployment;
use foundation::Foundation;
use mail_sink::MailSink;
use part::Recipe;
pub use place::Place;
use services::Installation;
use supervisor::Supervised;

/// How long everything may take to answer, first of all and after a kill.
const PATIENCE: Duration = Duration::from_secs(120);
const LOOK: Duration = Duration::from_millis(100);
/// Of replicated services: replicas, and the time that `SHUTDOWN_GRACE_SECONDS` gives by default.
const REPLICAS: usize = 2;
const GRACE_SECONDS: u64 = 5;

/// The first administrator.
pub const ADMIN: &str = "admin@example.org";
/// Everybody's password.
pub const PASSWORD: &str = "correct horse battery";

/// What a system is to be like.
pub struct Plan {
    /// The event bus.
    pub bus: BusKind,
    /// The directory with the three services' programs.
    pub binaries: PathBuf,
    /// Two replicas of each service, to be replaced one by one.
    pub is_replicated: bool,
    /// The programs that every other rollout is to, where services are replicated.
    pub upgrade_to: Option<PathBuf>,
    /// A peer that can be made sick, between the notification service and the task service.
    pub has_task_peer: bool,
    /// Keep the data directory at the end.
    pub keep: bool,
}

/// A running Docket.
pub struct System {
    /// Its public URL.
    pub url: String,
    /// Where each service listens itself.
    pub addresses: Addresses,
    /// libpq URL of the superuser on Docket's database.
    pub database: String,
    /// What its services are told.
    pub installation: Installation,
    /// The bus, for looking at queues and dead letters.
    pub bus: Arc<dyn Bus>,
    /// Where mails end up.
    pub mails: MailSink,
    /// What is one process: database, broker if there is one, gateway; and the services, unless they are deployments.
    pub parts: Vec<Supervised>,
    /// The services, where they are replicated; they are no parts then.
    pub deployments: Vec<Deployment>,
    /// Between the notification service and the task service, where that is asked for.
    pub task_peer: Option<testkit::Peer>,
    signs_of_life: Vec<String>,
    place: Place,
}

impl System {
    /// Starts everything on a new data directory; returns when it answers.
    ///
    /// # Errors
    /// When a part does not start or does not answer in time; the logs are kept then.
    pub async fn start(plan: &Plan, rng: &mut impl Rng) -> anyhow::Result<Self> {
        let place = Place::make(plan.keep)?;
        let mails = MailSink::start().await?;
        let foundation = Foundation::lay(place.path(), plan.bus).await?;
        let addresses = Addresses::free(rng)?;
        let task_peer =
            if plan.has_task_peer { Some(testkit::Peer::before(addresses.task).await) } else { None };
        let installation = Installation {
            binaries: plan.binaries.clone(),
            logs: place.path().to_owned(),
            urls: foundation.urls.clone(),
            amqp_url: foundation.amqp_url.clone(),
            smtp: mails.address,
            user: addresses.user,
            task: task_peer.as_ref().map_or(addresses.task, |peer| peer.address),
            public: addresses.front,
            grace_seconds: if plan.is_replicated { GRACE_SECONDS } else { 0 },
        };
        let mut system = Self {
            url: http(addresses.front),
            addresses,
            database: foundation.superuser.clone(),
            bus: foundation.bus().await?,
            installation: installation.clone(),
            mails,
            parts: foundation.parts,
            deployments: Vec::new(),
            task_peer,
            signs_of_life: vec![format!("http://{}/livez", addresses.front_ops)],
            place,
        };
        if plan.is_replicated {
            let mut releases = vec![installation.clone()];
            if let Some(directory) = &plan.upgrade_to {
                releases.push(Installation { binaries: directory.clone(), ..installation });
            }
            system.deploy(&releases, &addresses).await?;
        } else {
            system.run(&installation, &addresses).await?;
        }
        let nginx = gateway::lay_out(&system.place.path().join("gateway"), &addresses)?;
        system.parts.push(Supervised::start("gateway", Recipe::Process(nginx)).await?);
        system.ready().await?;
        Ok(system)
    }

    /// One process of each service.
    async fn run(&mut self, installation: &Installation, at: &Addresses) -> anyhow::Result<()> {
        for (name, listen, ops) in [
            ("user", at.user, at.user_ops),
            ("task", at.task, at.task_ops),
            ("notification", at.notification, at.notification_ops),
        ] {
            let program = installation.service(name, listen, ops)?;
            self.parts.push(Supervised::start(name, Recipe::Process(program)).await?);
            self.signs_of_life.push(format!("http://{ops}/readyz"));
        }
        Ok(())
    }

    /// Two replicas of each service, of the first release.
    async fn deploy(&mut self, releases: &[Installation], at: &Addresses) -> anyhow::Result<()> {
        let of = |program: fn(&Installation, SocketAddr, SocketAddr) -> part::Program| {
            let recipe = |release: &Installation| -> deployment::Recipe {
                let release = release.clone();
                Box::new(move |listen, ops| program(&release, listen, ops))
            };
            releases.iter().map(recipe).collect()
        };
        for (name, address, releases) in [
            ("user", at.user, of(Installation::user_service)),
            ("task", at.task, of(Installation::task_service)),
            ("notification", at.notification, of(Installation::notification_service)),
        ] {
            self.deployments.push(Deployment::start(name, address, REPLICAS, releases).await?);
        }
        Ok(())
    }

    /// Waits until every part answers.
    pub async fn ready(&self) -> anyhow::Result<()> {
        let client = reqwest::Client::builder().timeout(Duration::from_secs(3)).no_proxy().build()?;
        let deadline = Instant::now() + PATIENCE;
        for url in &self.signs_of_life {
            loop {
                let answer = client.get(url).send().await;
                if answer.is_ok_and(|answer| answer.status().is_success()) {
                    break;
                }
                anyhow::ensure!(
                    Instant::now() < deadline,
                    "{url} does not answer; logs in {}",
                    self.place.path().display()
                );
                tokio::time::sleep(LOOK).await;
            }
        }
        Ok(())
    }

    /// The part of that name.
    pub fn part(&self, name: &str) -> anyhow::Result<&Supervised> {
        self.parts.iter().find(|part| part.name == name).with_context(|| format!("there is no {name}"))
    }

    /// Ends everything in order, the gateway first. The data goes too, if all is well and nobody wants it.
    pub async fn stop(self, all_is_well: bool) -> anyhow::Result<()> {
        let (engines, others): (Vec<_>, Vec<_>) =
            self.parts.into_iter().partition(|part| is_engine(part.name));
        for part in others.into_iter().rev() {
            part.stop().await?;
        }
        for deployment in self.deployments {
            deployment.stop().await?;
        }
        for engine in engines.into_iter().rev() {
            engine.stop().await?;
        }
        self.place.leave(all_is_well);
        Ok(())
    }
}

fn is_engine(name: &str) -> bool {
    matches!(name, "database" | "broker")
}

/// The URL of what listens there.
#[must_use]
pub fn http(address: SocketAddr) -> String {
    format!("http://{address}")
}
