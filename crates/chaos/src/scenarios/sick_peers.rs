//! The task service is sick in every way while people look at their dashboards and at other things: how long do those
//! take?

use std::time::Duration;

use reqwest::StatusCode;
use rig::{ADMIN, System};
use testkit::{Mood, Peer};
use tokio::{
    task::JoinSet,
    time::{Instant, MissedTickBehavior, interval, sleep},
};

use crate::{
    clients::{
        api::{Api, Tally},
        people::{self, Person},
    },
    report::Report,
};

const PEOPLE: usize = 10;
/// Looks a second: as many at dashboards as at other things.
const RATE: u32 = 40;
/// Of each mood, after a breaker has had the time to open.
const PHASE: Duration = Duration::from_secs(20);
const SETTLE: Duration = Duration::from_secs(4);
const DASHBOARD: &str = "/api/users/dashboard/";
const OTHERS: [&str; 3] = ["/api/notifications/", "/api/notifications/unread-count/", "/api/users/me/"];
const IN_TIME: Duration = Duration::from_millis(2_200);

/// What was measured in one phase.
#[derive(Default)]
struct Phase {
    dashboards: Vec<Duration>,
    others: Vec<Duration>,
    failed: u64,
}

/// `task` stands before the task service, and only the notification service goes through it.
pub async fn run(system: &System, task: &Peer, report: &mut Report) -> anyhow::Result<()> {
    let admin = Api::new(&system.url, ADMIN, &Tally::default())?;
    let people = people::register(&admin, PEOPLE).await?;
    // Once for nothing: connections, caches, tokens.
    measure(&people).await?;
    let baseline = measure(&people).await?;
    let p99 = percentile(&baseline.others, 99);
    report.told("dashboard, all well: p99", milliseconds(percentile(&baseline.dashboards, 99)));
    report.told("other endpoints, all well: p99", milliseconds(p99));
    for mood in [Mood::HangsUp, Mood::Hung, Mood::Drips, Mood::Fails] {
        task.becomes(mood);
        let first = measure_for(&people, SETTLE).await?;
        let (asked_at_first, begun) = (task.asked(), first.dashboards.len());
        let then = measure(&people).await?;
        let asked = task.asked() - asked_at_first;
        let slowest = first.dashboards.iter().chain(&then.dashboards).max().copied().unwrap_or_default();
        let line = |what: &str| format!("task service {mood:?}: {what}");
        report.equal(&line("answers that are not 200"), first.failed + then.failed, 0);
        report.must(&line("slowest dashboard"), milliseconds(slowest), slowest <= IN_TIME);
        report.must(
            &line("asked, of dashboards, until the breaker opened"),
            format!("{asked_at_first} of {begun}"),
            asked_at_first * 10 <= begun.max(10) * 11,
        );
        report.must(
            &line("asked, of dashboards, with the breaker open"),
            format!("{asked} of {}", then.dashboards.len()),
            asked * 10 <= then.dashboards.len() * 11,
        );
        let now = percentile(&then.others, 99);
        report.must(&line("other endpoints, p99"), milliseconds(now), now <= 2 * p99);
        task.becomes(Mood::Healthy);
        well_again(&people[0]).await?;
    }
    Ok(())
}

/// Waits until the dashboard is whole again.
async fn well_again(person: &Person) -> anyhow::Result<()> {
    let give_up = Instant::now() + Duration::from_secs(90);
    loop {
        let board = person.api.call(reqwest::Method::GET, DASHBOARD, None, None).await?;
        if board["sections"]["tasks"] == "ok" {
            return Ok(());
        }
        anyhow::ensure!(Instant::now() < give_up, "the dashboard does not become whole again");
        sleep(Duration::from_millis(200)).await;
    }
}

async fn measure(people: &[Person]) -> anyhow::Result<Phase> {
    measure_for(people, PHASE).await
}

/// Looks at a steady rate, whatever the last one takes.
async fn measure_for(people: &[Person], long: Duration) -> anyhow::Result<Phase> {
    let mut pace = interval(Duration::from_secs(1) / (2 * RATE));
    pace.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let (began, mut number, mut looks) = (Instant::now(), 0_usize, JoinSet::new());
    while began.elapsed() < long {
        pace.tick().await;
        let api = people[number % people.len()].api.clone();
        let path = if number % 2 == 0 { DASHBOARD } else { OTHERS[number / 2 % OTHERS.len()] };
        looks.spawn(async move {
            let began = Instant::now();
            let status = api.once(path).await?;
            anyhow::Ok((path, began.elapsed(), status))
        });
        number += 1;
    }
    let mut phase = Phase::default();
    while let Some(look) = looks.join_next().await {
        let (path, took, status) = look??;
        phase.failed += u64::from(status != Some(StatusCode::OK));
        if path == DASHBOARD { phase.dashboards.push(took) } else { phase.others.push(took) }
    }
    Ok(phase)
}

fn percentile(times: &[Duration], percent: usize) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    sorted
        .get((sorted.len() * percent / 100).min(sorted.len().saturating_sub(1)))
        .copied()
        .unwrap_or_default()
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}
