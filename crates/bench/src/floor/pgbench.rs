//! The statement that a read consists of, prepared, in pgbench on the same tables.

use std::{path::Path, time::Duration};

use anyhow::{Context as _, bail, ensure};
use tokio::process::Command;

use crate::{data::id, options::Options, scenario::Scenario};

/// pgbench's connections: as many as a service has.
const CLIENTS: &str = "4";
const NAME: &str = "pgbench";
const TASK: &str = "id, title, description, status, priority, due_date, assignee_id, assignee_email, created_by, version, \
    created_at, updated_at, completed_at, deleted_at, due_key, title_key";
const NOTIFICATION: &str = "id, event_id, user_id, position, type, task_id, task_title, message, actor_id, actor_email, \
    created_at, read_at, deleted_at, archived_at, snoozed_until, first_position";

/// The read's script; `None` for what is more than one statement.
fn script(scenario: Scenario, options: &Options) -> Option<String> {
    let Options { users, tasks, .. } = options;
    let user = format!("\\set n random(0, {} - 1)\n", users);
    let (of_user, of_task) = (id("00000001", ":n"), id("00000002", ":n"));
    match scenario {
        Scenario::OneTask => Some(format!(
            "\\set n random(0, {tasks} - 1)\nSELECT {TASK} FROM task.tasks WHERE id = {of_task} LIMIT 1;\n"
        )),
        Scenario::MyTasks => Some(format!(
            "{user}SELECT {TASK} FROM task.tasks WHERE deleted_at IS NULL AND assignee_id = {of_user} \
             ORDER BY due_key, id LIMIT 21;\n"
        )),
        Scenario::Notifications => Some(format!(
            "{user}SELECT {NOTIFICATION} FROM notification.notifications WHERE user_id = {of_user} AND deleted_at IS NULL \
             AND archived_at IS NULL AND snoozed_until IS NULL AND read_at IS NULL ORDER BY position DESC LIMIT 21;\n"
        )),
        Scenario::MoveStatus
        | Scenario::MoveUnheard
        | Scenario::Create
        | Scenario::Dashboard
        | Scenario::AllTasks
        | Scenario::Search
        | Scenario::Mix => None,
    }
}

/// Runs it for so long; how many transactions there were. `None` where there is no floor.
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
    let Some(script) = script(scenario, options) else { return Ok(None) };
    let file = directory.join("pgbench.sql");
    tokio::fs::write(&file, script).await?;
    let output = Command::new(program().await?)
        .args(["--protocol", "prepared", "--no-vacuum", "--client", CLIENTS, "--jobs", "1"])
        .args(["--time", &time.as_secs().to_string(), "--file"])
        .arg(&file)
        .arg(url)
        .output()
        .await
        .context(NAME)?;
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
