//! The data directory belongs to one launcher.

use engines::{DataDirLock, RunningElsewhere};

use crate::place::Place;

#[test]
fn a_second_launcher_learns_who_holds_the_directory() {
    let place = Place::bare();
    let mut held = DataDirLock::acquire(place.path()).unwrap().unwrap();
    let early = DataDirLock::acquire(place.path()).unwrap().unwrap_err();
    assert_eq!(early, RunningElsewhere { pid: Some(std::process::id()), url: None });

    held.record(4711, "http://127.0.0.1:8000").unwrap();
    let late = DataDirLock::acquire(place.path()).unwrap().unwrap_err();
    assert_eq!(late, RunningElsewhere { pid: Some(4711), url: Some("http://127.0.0.1:8000".to_owned()) });
    assert_eq!(late.to_string(), "already running as process 4711 at http://127.0.0.1:8000");

    drop(held);
    assert!(DataDirLock::acquire(place.path()).unwrap().is_ok());
}
