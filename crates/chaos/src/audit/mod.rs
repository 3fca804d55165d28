//! The audit: what was acknowledged against what people were told, by the public API and by SQL.

pub mod expected;
pub mod tables;

use std::time::Duration;

use rig::System;
use tokio::time::Instant;

use crate::{
    clients::{api::Api, people::Person, streams::Followed, writers::Task},
    report::Report,
};
use expected::{Differences, Expected};
use tables::Tables;

/// Everything must have arrived within this time.
pub const DRAIN: Duration = Duration::from_secs(120);
/// Mails of a sender that was killed wait for the end of their lease, and then for their turn.
const MAIL_DRAIN: Duration = Duration::from_secs(300);
/// After everything has arrived: what comes doubled comes soon.
const QUIET: Duration = Duration::from_secs(3);
const LOOK: Duration = Duration::from_millis(250);

/// Waits until as many notifications are there as were acknowledged and nothing is on its way. `None`: in vain.
pub async fn drained(
    system: &System,
    expected: &Expected,
    patience: Duration,
) -> anyhow::Result<Option<Duration>> {
    let began = Instant::now();
    while began.elapsed() < patience {
        // The database may still be coming back.
        if let Ok(tables) = Tables::read(system).await
            && tables.notifications >= expected.notifications()
            && tables.unsent == 0
            && tables.queued == 0
        {
            return Ok(Some(began.elapsed()));
        }
        tokio::time::sleep(LOOK).await;
    }
    Ok(None)
}

/// Waits for the drain, then compares everything.
pub async fn audit(
    system: &System,
    admin: &Api,
    people: &[Person],
    tasks: &[Task],
    outages: u32,
    report: &mut Report,
) -> anyhow::Result<()> {
    let expected = Expected::of(tasks, people.len());
    let waited = drained(system, &expected, DRAIN).await?;
    let (mails, extra) = mails(system, &expected).await;
    tokio::time::sleep(QUIET).await;

    report.must(
        "drained after the last acknowledgement and the last kill",
        waited
            .map_or_else(|| "not within 120 s".to_owned(), |waited| format!("{:.1} s", waited.as_secs_f64())),
        waited.is_some(),
    );
    let count = admin.call(reqwest::Method::GET, "/api/tasks/?count=true&limit=1", None, None).await?;
    report.equal("tasks created", count["count"].as_u64().unwrap_or_default(), tasks.len() as u64);

    let mut differences = Differences::default();
    for (place, person) in people.iter().enumerate() {
        differences.add(expected.compare(place, &person.told().await?));
    }
    report.equal("assignments notified", differences.assignments, expected.assignments());
    report.equal("notifications in all", differences.told, expected.notifications());
    report.equal("lost", differences.lost, 0);
    report.equal("doubled", differences.doubled, 0);
    report.equal(
        "lists of a user's notifications of a task that are out of order",
        differences.disordered,
        0,
    );

    let tables = Tables::read(system).await?;
    report.equal("not ascending by sequence (SQL)", tables.descending, 0);
    report.equal("rows in outboxes that are not sent", tables.unsent, 0);
    report.equal("messages in queues", tables.queued, 0);
    report.equal("dead letters", tables.dead, 0);

    let kills: u32 = system.parts.iter().map(rig::supervisor::Supervised::kills).sum();
    // A mail that went, and could not be written down, goes again: by a kill or because the database was gone.
    let interruptions = kills + outages;
    report.equal("mails", mails as u64, expected.notifications());
    report.must(
        "mails sent more than once (equal Message-ID)",
        format!("{extra} of {interruptions} kills and outages"),
        extra <= interruptions,
    );
    Ok(())
}

/// Different mails, and copies, once all are there or the time is over.
async fn mails(system: &System, expected: &Expected) -> (usize, u32) {
    let give_up = Instant::now() + MAIL_DRAIN;
    while (system.mails.counts().0 as u64) < expected.notifications() && Instant::now() < give_up {
        tokio::time::sleep(LOOK).await;
    }
    system.mails.counts()
}

/// What streams have shown against what there is.
pub async fn compare_streams(
    followed: Vec<(Person, String, Followed)>,
    report: &mut Report,
) -> anyhow::Result<()> {
    let (mut missing, mut doubled, mut opened, mut shown) = (0, 0, 0, 0);
    for (person, last, followed) in followed {
        let told = person.told().await?;
        let ids = told.iter().map(|one| one["id"].as_str().unwrap_or_default());
        let wanted: Vec<&str> = ids.skip_while(|id| *id != last).skip(1).collect();
        let distinct: std::collections::HashSet<&str> = followed.ids.iter().map(String::as_str).collect();
        missing += wanted.iter().filter(|id| !distinct.contains(*id)).count() as u64;
        doubled += (followed.ids.len() - distinct.len()) as u64;
        opened += followed.opened;
        shown += distinct.len();
    }
    report.told("notifications shown by event streams", format!("{shown}, in {opened} streams"));
    report.equal("missing from the streams", missing, 0);
    report.equal("shown twice by the streams", doubled, 0);
    Ok(())
}
