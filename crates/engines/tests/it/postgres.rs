//! A private PostgreSQL comes up, keeps what it was given, and goes.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use engines::Postgres;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::place::Place;
use crate::wire::ask;

#[test]
fn it_starts_answers_and_stops_without_a_trace() {
    let place = Place::new();
    let mut server = Postgres::start(&place.options()).unwrap();
    assert!(server.is_alive());
    let url = server.superuser_url();
    assert_eq!(ask(&url, "show server_version").unwrap().unwrap().split(' ').next(), Some(server.version()));
    assert_eq!(ask(&url, "show listen_addresses").unwrap().as_deref(), Some(""));
    assert_eq!(ask(&url, "show server_encoding").unwrap().as_deref(), Some("UTF8"));
    assert_eq!(ask(&url, "show data_checksums").unwrap().as_deref(), Some("on"));
    assert_eq!(ask(&url, "show max_connections").unwrap().as_deref(), Some("20"));

    let directories = ask(&url, "show unix_socket_directories").unwrap().unwrap();
    let socket_dir = Path::new(&directories);
    assert_eq!(fs::metadata(socket_dir).unwrap().permissions().mode() & 0o777, 0o700);

    assert!(server.log_tail(50).contains("ready to accept connections"));
    server.stop().unwrap();
    assert!(!socket_dir.exists());
    assert!(ask(&url, "select 1").is_err());
}

#[test]
fn a_durable_server_flushes() {
    let place = Place::new();
    let mut options = place.options();
    options.durable = true;
    let server = Postgres::start(&options).unwrap();
    assert_eq!(ask(&server.superuser_url(), "show fsync").unwrap().as_deref(), Some("on"));
    assert_eq!(ask(&server.superuser_url(), "show full_page_writes").unwrap().as_deref(), Some("on"));
}

#[test]
fn what_was_committed_outlives_a_kill_and_a_stop() {
    let place = Place::new();
    let mut server = Postgres::start(&place.options()).unwrap();
    ask(&server.superuser_url(), "create table kept as select 42 as answer").unwrap();
    kill(Pid::from_raw(server.pid().cast_signed()), Signal::SIGKILL).unwrap();
    while server.is_alive() {
        std::thread::yield_now();
    }
    drop(server);

    let server = Postgres::start(&place.options()).unwrap();
    assert_eq!(ask(&server.superuser_url(), "select answer from kept").unwrap().as_deref(), Some("42"));
    server.stop().unwrap();

    let server = Postgres::start(&place.options()).unwrap();
    assert_eq!(ask(&server.superuser_url(), "select answer from kept").unwrap().as_deref(), Some("42"));
}

#[test]
fn two_data_directories_are_two_servers() {
    let (one, two) = (Place::new(), Place::new());
    let first = Postgres::start(&one.options()).unwrap();
    let second = Postgres::start(&two.options()).unwrap();
    ask(&first.superuser_url(), "create role only_here login").unwrap();
    assert_eq!(ask(&first.url("only_here", "postgres"), "select 1").unwrap().as_deref(), Some("1"));
    let count = ask(&second.superuser_url(), "select count(*) from pg_roles where rolname = 'only_here'");
    assert_eq!(count.unwrap().as_deref(), Some("0"));
}

#[test]
fn a_pid_file_whose_number_went_to_somebody_else_does_not_stop_the_start() {
    let place = Place::new();
    Postgres::start(&place.options()).unwrap().stop().unwrap();
    let pid_file = place.path().join("postgres/postmaster.pid");
    fs::write(&pid_file, format!("{}\n", std::process::id())).unwrap();
    let server = Postgres::start(&place.options()).unwrap();
    assert_eq!(ask(&server.superuser_url(), "select 1").unwrap().as_deref(), Some("1"));
}

#[test]
fn a_half_made_cluster_is_made_anew() {
    let place = Place::new();
    let half = place.path().join("postgres.tmp-1");
    fs::create_dir(&half).unwrap();
    fs::write(half.join("PG_VERSION"), "15\n").unwrap();
    let server = Postgres::start(&place.options()).unwrap();
    assert_eq!(server.data_dir(), place.path().join("postgres"));
    assert!(!half.exists());
}

#[test]
fn a_server_that_cannot_start_shows_its_log() {
    let place = Place::new();
    Postgres::start(&place.options()).unwrap().stop().unwrap();
    let settings = place.path().join("postgres/postgresql.conf");
    fs::write(&settings, "no_such_setting = 1\n").unwrap();
    let error = Postgres::start(&place.options()).err().unwrap().to_string();
    assert!(error.contains("no_such_setting"), "{error}");
}

#[test]
fn binaries_that_are_named_but_absent_are_refused_by_name() {
    let place = Place::new();
    let mut options = place.options();
    options.pg_bin = Some(place.path().to_owned());
    let error = Postgres::start(&options).err().unwrap().to_string();
    assert!(error.contains("PG_BIN=") && error.contains("initdb"), "{error}");
}

#[test]
fn a_cluster_of_a_version_that_is_not_here_is_not_touched() {
    let place = Place::new();
    let cluster = place.path().join("postgres");
    fs::create_dir(&cluster).unwrap();
    fs::write(cluster.join("PG_VERSION"), "999\n").unwrap();
    let error = Postgres::start(&place.options()).err().unwrap().to_string();
    assert!(error.contains("999"), "{error}");
    assert_eq!(fs::read_dir(&cluster).unwrap().count(), 1);
}
