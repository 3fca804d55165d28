//! The notification service's database is away for a while: the others go on, events wait in the queue, none of them
//! becomes a dead letter, and everybody is told when it is back.

use std::time::Duration;

use anyhow::Context as _;
use diesel::{Connection as _, PgConnection, connection::SimpleConnection as _};
use rand::rngs::StdRng;
use rig::System;
use tokio::time::{Instant, sleep};

use crate::{
    clients::{
        load::{Load, Measure},
        writers::Plan,
    },
    options::Options,
    report::Report,
};

/// Before the outage.
const HEALTHY: Duration = Duration::from_secs(15);
const LOOK: Duration = Duration::from_millis(500);
/// For what has gathered meanwhile.
const PATIENCE: Duration = Duration::from_secs(600);
const NOTIFICATIONS: &str = "notification.events";

/// All services share one server here, each as a role of its own: to the one whose role may not come in, it is away.
const GO: &str = "ALTER ROLE docket_notification NOLOGIN; \
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'docket_notification'";
const COME_BACK: &str = "ALTER ROLE docket_notification LOGIN";

/// `away` without the notification service's database.
pub async fn run(
    system: &System,
    options: &Options,
    away: Duration,
    rng: &mut StdRng,
    report: &mut Report,
) -> anyhow::Result<()> {
    let measure = Measure {
        plan: Plan::Mixed,
        clients: options.clients,
        assignments: u64::MAX,
        rate: options.rate,
        reads: options.rate,
    };
    let mut load = Load::start(system, measure, rng).await?;
    sleep(HEALTHY).await;
    as_superuser(system, GO).await?;
    load.outages = 1;
    let before = load.work.acknowledged();
    sleep(away).await;
    let accepted = load.work.acknowledged() - before;
    let waiting = system.bus.depth(NOTIFICATIONS).await?;
    as_superuser(system, COME_BACK).await?;
    let back = Instant::now();
    load.work.finish();
    while system.bus.depth(NOTIFICATIONS).await? > 0 {
        anyhow::ensure!(back.elapsed() < PATIENCE, "the queue does not drain");
        sleep(LOOK).await;
    }
    report.told("database of the notification service away for", format!("{} s", away.as_secs()));
    let wanted = u64::from(options.rate) * away.as_secs();
    report.must(
        "assignments acknowledged meanwhile",
        format!("{accepted} of {wanted} begun"),
        accepted * 100 >= wanted * 95,
    );
    report.told("events waiting in its queue at the end", waiting);
    report.told("queue empty after", format!("{:.1} s", back.elapsed().as_secs_f64()));
    load.finish(system, report).await
}

async fn as_superuser(system: &System, sql: &'static str) -> anyhow::Result<()> {
    let url = system.database.clone();
    tokio::task::spawn_blocking(move || {
        let mut conn = PgConnection::establish(&url).context("the database")?;
        Ok(conn.batch_execute(sql)?)
    })
    .await?
}
