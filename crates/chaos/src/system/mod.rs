//! Docket as it runs in production: a database, perhaps a broker, three services and a gateway, each a process of its
//! own that is started again when it dies.

pub mod gateway;
pub mod mail_sink;
pub mod part;
mod place;
mod ports;
mod services;
pub mod supervisor;

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use anyhow::Context as _;
use docket::database;
use engines::{PostgresOptions, RabbitOptions};
use messaging::{Bus, BusKind, BusSettings};
use rand::Rng;
use tokio::time::Instant;

use crate::{
    options::{BusChoice, Options},
    report::Report,
};
use gateway::Places;
use mail_sink::MailSink;
use part::{Recipe, Running};
use place::Place;
use services::Installation;
use supervisor::Supervised;

/// How long everything may take to answer, first of all and after a kill.
const PATIENCE: Duration = Duration::from_secs(120);
const LOOK: Duration = Duration::from_millis(100);

/// The first administrator.
pub const ADMIN: &str = "admin@example.org";
/// Everybody's password.
pub const PASSWORD: &str = "correct horse battery";

/// A running Docket.
pub struct System {
    /// Its public URL.
    pub url: String,
    /// libpq URL of the superuser on Docket's database.
    pub database: String,
    /// The bus, for looking at queues and dead letters.
    pub bus: Arc<dyn Bus>,
    /// Where mails end up.
    pub mails: MailSink,
    /// Database, broker if there is one, user, task, notification, gateway.
    pub parts: Vec<Supervised>,
    signs_of_life: Vec<String>,
    place: Place,
}

impl System {
    /// Starts everything on a new data directory; returns when it answers.
    pub async fn start(options: &Options, bus: BusChoice, rng: &mut impl Rng) -> anyhow::Result<Self> {
        let place = Place::make(options.keep)?;
        let [front, front_ops, user, user_ops, task, task_ops, notification, notification_ops] =
            ports::free(rng)?;
        let mails = MailSink::start().await?;

        let postgres = Recipe::Postgres(PostgresOptions {
            data_dir: place.path().to_owned(),
            allow_fetch: true,
            pg_bin: None,
            max_connections: 200,
            durable: true,
        });
        let Running::Postgres(server) = postgres.start().await? else { anyhow::bail!("not a database") };
        let urls = database::prepare(|user, database| server.url(user, database))?;
        let database = server.url("postgres", database::DATABASE);
        let mut parts = vec![Supervised::adopt("database", postgres, Running::Postgres(server))];
        let amqp_url = match bus {
            BusChoice::Postgres => None,
            BusChoice::Rabbitmq => {
                let recipe =
                    Recipe::RabbitMq(RabbitOptions { data_dir: place.path().to_owned(), allow_fetch: true });
                let Running::RabbitMq(node) = recipe.start().await? else { anyhow::bail!("not a broker") };
                let url = node.amqp_url();
                parts.push(Supervised::adopt("broker", recipe, Running::RabbitMq(node)));
                Some(url)
            }
        };

        let installation = Installation {
            binaries: binaries(options)?,
            logs: place.path().to_owned(),
            urls: urls.clone(),
            amqp_url: amqp_url.clone(),
            smtp: mails.address,
            user,
            task,
            public: front,
        };
        for (name, recipe) in [
            ("user", installation.user_service(user, user_ops)),
            ("task", installation.task_service(task, task_ops)),
            ("notification", installation.notification_service(notification, notification_ops)),
        ] {
            parts.push(Supervised::start(name, Recipe::Process(recipe)).await?);
        }
        let places = Places { listen: front, ops_listen: front_ops, user, task, notification };
        let nginx = gateway::lay_out(&place.path().join("gateway"), &places)?;
        parts.push(Supervised::start("gateway", Recipe::Process(nginx)).await?);

        let bus = messaging::connect(&BusSettings {
            kind: if amqp_url.is_some() { BusKind::RabbitMq } else { BusKind::Postgres },
            amqp_url,
            database_url: urls.bus.clone(),
            prefix: String::new(),
        })
        .await?;
        let live = [user_ops, task_ops, notification_ops].map(|address| format!("http://{address}/readyz"));
        let signs_of_life = live.into_iter().chain([format!("http://{front_ops}/livez")]).collect();
        let system =
            Self { url: format!("http://{front}"), database, bus, mails, parts, signs_of_life, place };
        system.ready().await?;
        Ok(system)
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

    /// Says what was killed how often.
    pub fn tell_kills(&self, report: &mut Report) {
        for part in &self.parts {
            let of_its_own = part.ends_of_its_own();
            let and = if of_its_own == 0 {
                String::new()
            } else {
                format!(" (and ended {of_its_own} times by itself)")
            };
            report.told(&format!("kill -9 of the {}", part.name), format!("{}{and}", part.kills()));
        }
    }

    /// Ends everything in order, the gateway first. The data goes too, if all is well and nobody wants it.
    pub async fn stop(self, all_is_well: bool) -> anyhow::Result<()> {
        for part in self.parts.into_iter().rev() {
            part.stop().await?;
        }
        self.place.leave(all_is_well);
        Ok(())
    }
}

/// The directory with the three services' programs.
fn binaries(options: &Options) -> anyhow::Result<PathBuf> {
    match &options.binaries {
        Some(directory) => Ok(directory.clone()),
        None => Ok(std::env::current_exe()?.parent().context("no directory")?.to_owned()),
    }
}

/// Used by services to name each other.
pub(crate) fn http(address: SocketAddr) -> String {
    format!("http://{address}")
}
