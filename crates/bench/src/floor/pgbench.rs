//! The statements that a request comes down to, prepared, in pgbench on the same tables: what Postgres alone takes for them.
//! Of writes it is all that has to be written, by whichever service, and nothing of how that one hears of it.

use std::{path::Path, time::Duration};

use anyhow::{Context as _, bail, ensure};
use tokio::process::Command;

use crate::{
    data::id,
    options::Options,
    scenario::{MIX, Scenario},
};

/// pgbench's connections: as many as a service has.
const CLIENTS: &str = "4";
const NAME: &str = "pgbench";

const ONE_TASK: &str = include_str!("sql/one_task.sql");
const MY_TASKS: &str = include_str!("sql/my_tasks.sql");
const NOTIFICATIONS: &str = include_str!("sql/notifications.sql");
const DASHBOARD: &str = include_str!("sql/dashboard.sql");
const MOVE: &str = include_str!("sql/move.sql");
const MOVE_AND_HEARD: &str = concat!(include_str!("sql/move.sql"), include_str!("sql/heard.sql"));
const CREATE: &str = include_str!("sql/create.sql");

/// Scripts, and how often each is run; none where nothing was said of a floor.
fn scripts(scenario: Scenario) -> Vec<(&'static str, u32)> {
    let script = match scenario {
        Scenario::OneTask => ONE_TASK,
        Scenario::MyTasks => MY_TASKS,
        Scenario::Notifications => NOTIFICATIONS,
        Scenario::Dashboard => DASHBOARD,
        Scenario::MoveUnheard => MOVE,
        Scenario::MoveStatus => MOVE_AND_HEARD,
        Scenario::Create => CREATE,
        Scenario::Mix => {
            return MIX
                .into_iter()
                .flat_map(|(one, of_100)| scripts(one).into_iter().map(move |(it, _)| (it, of_100)))
                .collect();
        }
        Scenario::AllTasks | Scenario::Search => return Vec::new(),
    };
    vec![(script, 1)]
}

/// Runs them for so long; how many requests they would have been. `None` where there is no floor.
///
/// # Errors
/// When pgbench is missing or fails.
pub async fn run(
    scenario: Scenario,
    options: &Options,
    url: &str,
    directory: &Path,
    time: Duration,
) -> anyhow::Result<Option<u64>> {
    let scripts = scripts(scenario);
    if scripts.is_empty() {
        return Ok(None);
    }
    let mut command = Command::new(program().await?);
    command
        .args(["--protocol", "prepared", "--no-vacuum", "--client", CLIENTS, "--jobs", "1"])
        .args(["--time", &time.as_secs().to_string()])
        .args(["--define", &format!("users={}", options.users)])
        .args(["--define", &format!("tasks={}", options.tasks)])
        .args(["--define", &format!("connections={}", options.connections)]);
    for (place, (script, weight)) in scripts.into_iter().enumerate() {
        let file = directory.join(format!("docket-pgbench-{place}.sql"));
        let script =
            script.replace("{user}", &id("00000001", ":user")).replace("{task}", &id("00000002", ":task"));
        tokio::fs::write(&file, script).await?;
        command.arg("--file").arg(format!("{}@{weight}", file.display()));
    }
    let output = command.arg(url).output().await.context(NAME)?;
    ensure!(output.status.success(), "{NAME}: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout);
    let count =
        text.lines().find_map(|line| line.strip_prefix("number of transactions actually processed: "));
    Ok(Some(count.context("pgbench says nothing of transactions")?.trim().parse()?))
}

/// Debian keeps it outside of PATH.
async fn program() -> anyhow::Result<std::path::PathBuf> {
    let mut places: Vec<_> = std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).collect();
    let mut versions = tokio::fs::read_dir("/usr/lib/postgresql").await.ok();
    while let Some(entry) = match &mut versions {
        Some(entries) => entries.next_entry().await?,
        None => None,
    } {
        places.push(entry.path().join("bin"));
    }
    match places.into_iter().map(|place| place.join(NAME)).find(|path| path.is_file()) {
        Some(path) => Ok(path),
        None => bail!("pgbench is missing: install PostgreSQL's server package"),
    }
}
