//! A launcher that is killed outright takes its server with it.

use std::env;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use engines::Postgres;

use crate::place::{Place, postgres_in};
use crate::wire::ask;

/// Names the data directory to the process that plays the launcher.
const DATA_DIR: &str = "ENGINES_TEST_LAUNCHER_IN";

/// Not a test by itself: the launcher's part in the test below, which runs it in a process of its own.
#[test]
#[ignore = "started by a_killed_launcher_takes_its_server_along"]
fn the_launcher() {
    let data_dir = env::var_os(DATA_DIR).expect("this is only run by the test below");
    let server = Postgres::start(&postgres_in(Path::new(&data_dir))).unwrap();
    println!("\nserver {} {}", server.pid(), server.superuser_url());
    // Held until killed; the end of input is the net, should the parent die first.
    let _ = std::io::stdin().read(&mut [0]);
}

#[test]
#[cfg(target_os = "linux")]
fn a_killed_launcher_takes_its_server_along() {
    let place = Place::new();
    let mut launcher = Command::new(env::current_exe().unwrap())
        .args(["--exact", "killed_launcher::the_launcher", "--ignored", "--nocapture"])
        .env(DATA_DIR, place.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(launcher.stdout.take().unwrap()).lines();
    let line = lines.map(Result::unwrap).find(|line| line.starts_with("server ")).unwrap();
    let mut words = line.split(' ').skip(1);
    let process = Path::new("/proc").join(words.next().unwrap());
    let url = words.next().unwrap();
    assert_eq!(ask(url, "select 1").unwrap().as_deref(), Some("1"));
    assert!(process.exists());

    launcher.kill().unwrap();
    launcher.wait().unwrap();
    let deadline = Instant::now() + Duration::from_secs(10);
    while process.exists() {
        assert!(Instant::now() < deadline, "the server outlives its launcher");
        std::thread::yield_now();
    }
    assert!(ask(url, "select 1").is_err());

    // The kernel ended the server, but nobody was left to remove its socket's directory: the next start does.
    Postgres::start(&place.options()).unwrap().stop().unwrap();
}

/// What the next launcher does if it comes while the old server is still on its way out, or was never told.
#[test]
#[cfg(target_os = "linux")]
fn a_server_left_behind_is_stopped_by_the_next_start() {
    let place = Place::new();
    let left_behind = Postgres::start(&place.options()).unwrap();
    let old = left_behind.pid();
    let mut server = Postgres::start(&place.options()).unwrap();
    assert_ne!(server.pid(), old);
    assert!(server.is_alive());
    // The old handle must not take the new server's socket along.
    drop(left_behind);
    assert_eq!(ask(&server.superuser_url(), "select 1").unwrap().as_deref(), Some("1"));
}
