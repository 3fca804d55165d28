//! `scripts/backup` and `scripts/restore`: what was written down of a running Docket serves again in an empty one.

use std::{
    path::{Path, PathBuf},
    process::Output,
    time::Duration,
};

use docket::{database::DatabaseUrls, system::System};
use serde_json::json;
use testkit::{Client, TestDatabase};
use tokio::process::Command;

use crate::world::{ADMIN, World, no_mail, path, sign_in, system_config};

/// A directory that is gone with the test.
struct Place(PathBuf);

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Runs one of the scripts on that database.
async fn run(script: &str, database: &TestDatabase, file: &Path, more: &[&str]) -> Output {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts");
    let mut command = Command::new(scripts.join(script));
    command.arg(file).args(more).env("DATABASE_URL", database.url());
    command.output().await.unwrap()
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// False, and said aloud, where Postgres's programs for that are missing; that is a failure where
/// `REQUIRE_POSTGRES_CLIENT=1`.
async fn there_are_tools() -> bool {
    let found = Command::new("pg_dump").arg("--version").output().await.is_ok_and(|out| out.status.success());
    assert!(
        found || std::env::var_os("REQUIRE_POSTGRES_CLIENT").is_none(),
        "REQUIRE_POSTGRES_CLIENT is set, and there is no pg_dump"
    );
    if !found {
        eprintln!("SKIPPED: there is no pg_dump (apt-get install postgresql-client)");
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_backed_up_serves_again() {
    if !there_are_tools().await {
        return;
    }
    let place = Place(std::env::temp_dir().join(format!("docket-backup-{}", uuid::Uuid::new_v4().simple())));
    std::fs::create_dir(&place.0).unwrap();
    let file = place.0.join("docket.dump");

    let world = World::start().await;
    let ann = world.person().await;
    for number in 0..5 {
        world.task(json!({"title": format!("T{number}"), "assigned_to": ann.email})).await;
    }
    let told_before = ann.told_eventually(5).await;
    // While it serves.
    let output = run("backup", &world.database, &file, &[]).await;
    assert!(output.status.success(), "{}", told(&output));
    // What comes later is not in it.
    world.task(json!({"title": "later", "assigned_to": ann.email})).await;
    let email = ann.email.clone();
    world.end().await;

    let empty = tokio::task::spawn_blocking(TestDatabase::create).await.unwrap();
    let output = run("restore", &empty, &file, &[]).await;
    assert!(output.status.success(), "{}", told(&output));

    let urls = DatabaseUrls::shared(empty.url());
    let bus_prefix = format!("it{}.", uuid::Uuid::new_v4().simple());
    let system = System::start(system_config(urls, None, bus_prefix, no_mail())).await.unwrap();
    assert!(!system.admin_was_made, "there is one already");
    let anyone = Client::new(&format!("http://{}", system.address()));
    let (ann, admin) = (sign_in(&anyone, &email).await, sign_in(&anyone, ADMIN).await);
    assert_eq!(ann.told().await, told_before);
    let tasks = admin.get("/api/tasks/?count=true").await.expect(200).json;
    assert_eq!(tasks["count"], 5);
    // And it goes on.
    let task = tasks["results"][0].clone();
    admin.patch(&path(&task), json!({"assigned_to": null})).await.expect(200);
    ann.told_eventually(6).await;
    system.stop(Duration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_overwritten_by_mistake() {
    if !there_are_tools().await {
        return;
    }
    let place = Place(std::env::temp_dir().join(format!("docket-backup-{}", uuid::Uuid::new_v4().simple())));
    std::fs::create_dir(&place.0).unwrap();
    let file = place.0.join("docket.dump");
    let database = tokio::task::spawn_blocking(TestDatabase::create).await.unwrap();

    let output = run("backup", &database, &file, &[]).await;
    assert!(!output.status.success(), "a backup of nothing: {}", told(&output));
    assert_eq!(std::fs::read_dir(&place.0).unwrap().count(), 0, "half a backup is none");

    let world = World::start().await;
    world.task(json!({"title": "T"})).await;
    assert!(run("backup", &world.database, &file, &[]).await.status.success());
    let output = run("backup", &world.database, &file, &[]).await;
    assert!(!output.status.success() && told(&output).contains("already"), "{}", told(&output));
    let output = run("restore", &world.database, &file, &[]).await;
    assert!(!output.status.success() && told(&output).contains("--replace"), "{}", told(&output));
    world.admin.get("/api/tasks/").await.expect(200);

    // A file that breaks off changes nothing.
    let whole = std::fs::read(&file).unwrap();
    let broken = place.0.join("broken.dump");
    std::fs::write(&broken, &whole[..whole.len() * 2 / 3]).unwrap();
    std::fs::copy(place.0.join("docket.dump.counts"), place.0.join("broken.dump.counts")).unwrap();
    let output = run("restore", &database, &broken, &[]).await;
    assert!(!output.status.success(), "{}", told(&output));
    let output = run("restore", &database, &file, &[]).await;
    assert!(output.status.success(), "it is empty still: {}", told(&output));
    let output = run("restore", &database, &file, &["--replace"]).await;
    assert!(output.status.success(), "{}", told(&output));
    world.end().await;
}

/// What a script says that is not told enough; it must not begin then.
async fn refusal(script: &str, arguments: &[&str], database_url: &str) -> String {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts");
    let mut command = Command::new(scripts.join(script));
    let output = command.args(arguments).env("DATABASE_URL", database_url).output().await.unwrap();
    assert!(
        !output.status.success() && output.stdout.is_empty(),
        "{script} {arguments:?}: {}",
        told(&output)
    );
    String::from_utf8(output.stderr).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_go_well_is_said_in_a_sentence_and_not_begun() {
    if !there_are_tools().await {
        return;
    }
    let place = Place(std::env::temp_dir().join(format!("docket-backup-{}", uuid::Uuid::new_v4().simple())));
    std::fs::create_dir(&place.0).unwrap();
    let file = place.0.join("docket.dump").display().to_string();
    let nobody = "postgresql://127.0.0.1:1/docket";
    for script in ["backup", "restore"] {
        assert_eq!(refusal(script, &[], nobody).await, "Which file? (--help tells more)\n");
        assert_eq!(refusal(script, &["a", "b"], nobody).await, "One file, not a and b.\n");
        let unknown = refusal(script, &["--what"], nobody).await;
        assert_eq!(unknown, "There is no option --what (--help tells which there are).\n");
    }
    let nowhere = refusal("backup", &["/nowhere/docket.dump"], nobody).await;
    assert_eq!(nowhere, "Nothing can be written to /nowhere.\n");
    let missing = refusal("restore", &[&file], nobody).await;
    assert!(
        missing.starts_with(&format!("There is no {file}: ")) && missing.lines().count() == 1,
        "{missing}"
    );

    // Nothing in it would be nothing restored, with a good word at the end.
    std::fs::write(&file, "not a dump").unwrap();
    std::fs::write(format!("{file}.counts"), "").unwrap();
    assert_eq!(refusal("restore", &[&file], nobody).await, format!("{file}.counts is empty.\n"));
    std::fs::write(format!("{file}.counts"), "user.users\t1\n").unwrap();
    let other = place.0.join("other.dump").display().to_string();
    for (script, file) in [("backup", &other), ("restore", &file)] {
        let which = refusal(script, &[file], "").await;
        assert!(which.starts_with("Which database? ") && which.lines().count() == 1, "{which}");
        let unreachable = refusal(script, &[file], nobody).await;
        let (of_psql, ours) = unreachable.trim_end().rsplit_once('\n').unwrap();
        assert_eq!(ours, "The database cannot be reached.");
        assert_eq!(of_psql.matches("refused").count(), 1, "{of_psql}");
    }
}
