//! Where data goes, when the server's user is another than ours.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use engines::{Postgres, choose_data_dir};

use crate::place::Place;

#[test]
fn the_wanted_directory_is_made_and_taken() {
    let place = Place::new();
    let chosen = choose_data_dir(&place.path().join("a/b/../.docket")).unwrap();
    assert_eq!(chosen, place.path().join("a/.docket"));
    assert!(chosen.is_dir());
}

#[test]
fn root_is_told_that_the_servers_user_cannot_get_there() {
    if !nix::unistd::geteuid().is_root() {
        return; // the server's user is us, and always gets there
    }
    let place = Place::new();
    fs::set_permissions(place.path(), Permissions::from_mode(0o700)).unwrap();
    let error = Postgres::start(&place.options()).err().unwrap().to_string();
    assert!(error.contains("cannot enter"), "{error}");
}

#[test]
#[ignore = "creates /var/lib/docket; for root in a container"]
fn root_moves_to_where_the_servers_user_can_go() {
    let place = Place::new();
    fs::set_permissions(place.path(), Permissions::from_mode(0o700)).unwrap();
    let wanted = place.path().join(".docket");
    assert_eq!(choose_data_dir(&wanted).unwrap(), Path::new("/var/lib/docket"));
    assert!(!wanted.exists());
}
