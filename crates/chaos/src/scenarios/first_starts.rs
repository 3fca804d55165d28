//! Eight processes start at the same moment on a database that nobody has ever used, again and again.

use std::{net::SocketAddr, time::Duration};

use anyhow::Context as _;
use diesel::{Connection as _, PgConnection, RunQueryDsl as _, connection::SimpleConnection as _, sql_query};
use docket::database::DatabaseUrls;
use engines::{Postgres, PostgresOptions};
use rand::rngs::StdRng;
use rig::{Place, ports, services::Installation};
use tokio::{process::Child, time::Instant};

use crate::{options::Options, report::Report};

const LOOK: Duration = Duration::from_millis(50);
const PATIENCE: Duration = Duration::from_secs(60);
/// Three user services, three task services, two notification services.
const PROCESSES: usize = 8;

#[derive(diesel::QueryableByName)]
struct Administrators {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    count: i64,
}

/// So many rounds.
pub async fn run(options: &Options, rounds: u32, rng: &mut StdRng) -> anyhow::Result<Report> {
    let mut report = Report::new("Simultaneous first starts");
    let place = Place::make(options.keep)?;
    let server = Postgres::start(&PostgresOptions {
        data_dir: place.path().to_owned(),
        allow_fetch: true,
        pg_bin: None,
        max_connections: 300,
        durable: false,
    })?;
    let addresses: [SocketAddr; 2 * PROCESSES] = ports::free(rng)?;
    let (mut errors, mut slowest) = (Vec::new(), Duration::ZERO);
    for round in 0..rounds {
        let name = format!("first_{round}");
        let mut superuser = PgConnection::establish(&server.superuser_url())?;
        superuser.batch_execute(&format!("CREATE DATABASE {name}"))?;
        let url = server.url("postgres", &name);
        let began = Instant::now();
        if let Err(error) = one_round(options, &place, &url, &addresses).await {
            errors.push(format!("round {round}: {error:#}"));
        }
        slowest = slowest.max(began.elapsed());
        superuser.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)"))?;
    }
    report.told("rounds of 8 processes", rounds);
    report.told("slowest round", format!("{:.1} s", slowest.as_secs_f64()));
    report.must(
        "errors",
        if errors.is_empty() { "0".to_owned() } else { errors.join("; ") },
        errors.is_empty(),
    );
    server.stop()?;
    place.leave(report.holds());
    Ok(report)
}

async fn one_round(
    options: &Options,
    place: &Place,
    url: &str,
    addresses: &[SocketAddr; 2 * PROCESSES],
) -> anyhow::Result<()> {
    let installation = Installation {
        binaries: options.programs()?,
        logs: place.path().to_owned(),
        urls: DatabaseUrls::shared(url),
        amqp_url: None,
        smtp: SocketAddr::from(([127, 0, 0, 1], 9)),
        user: addresses[0],
        task: addresses[6],
        public: addresses[0],
        grace_seconds: 0,
    };
    let mut children: Vec<(SocketAddr, Child)> = Vec::new();
    for (number, pair) in addresses.chunks_exact(2).enumerate() {
        let (listen, ops) = (pair[0], pair[1]);
        let program = match number {
            0..3 => installation.user_service(listen, ops),
            3..6 => installation.task_service(listen, ops),
            _ => installation.notification_service(listen, ops),
        };
        children.push((ops, program.spawn()?));
    }
    let client = reqwest::Client::builder().timeout(Duration::from_secs(2)).no_proxy().build()?;
    let give_up = Instant::now() + PATIENCE;
    for (ops, child) in &mut children {
        let url = format!("http://{ops}/readyz");
        while !client.get(&url).send().await.is_ok_and(|answer| answer.status().is_success()) {
            if let Some(status) = child.try_wait()? {
                anyhow::bail!("a process ended: {status}; logs in {}", place.path().display());
            }
            anyhow::ensure!(Instant::now() < give_up, "{url} does not answer");
            tokio::time::sleep(LOOK).await;
        }
    }
    let mut conn = PgConnection::establish(url)?;
    let row: Administrators = sql_query("SELECT count(*) AS count FROM \"user\".users WHERE role = 'admin'")
        .get_result(&mut conn)?;
    anyhow::ensure!(row.count == 1, "{} first administrators", row.count);
    for (_, child) in &mut children {
        child.kill().await.context("a process cannot be killed")?;
    }
    Ok(())
}
