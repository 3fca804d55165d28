//! On a system without PostgreSQL. Needs the network, so it only runs when asked for (`--ignored`).

use engines::Postgres;

use crate::place::Place;
use crate::wire::ask;

#[test]
#[ignore = "fetches up to 60 MB; for a system on which no PostgreSQL is installed"]
fn postgres_is_fetched_once_and_then_used() {
    let place = Place::bare();
    let mut options = place.options();
    let refused = Postgres::start(&options).err().expect("a system without PostgreSQL").to_string();
    assert!(refused.contains("not installed and may not be fetched. Type: "), "{refused}");

    options.allow_fetch = true;
    let server = Postgres::start(&options).unwrap();
    assert!(server.origin().starts_with("fetched privately into "), "{}", server.origin());
    assert_eq!(ask(&server.superuser_url(), "select 6 * 7").unwrap().as_deref(), Some("42"));
    assert_eq!(ask(&server.superuser_url(), "show data_checksums").unwrap().as_deref(), Some("on"));
    println!("PostgreSQL {} {}", server.version(), server.origin());
    server.stop().unwrap();

    options.allow_fetch = false;
    let server = Postgres::start(&options).unwrap();
    assert_eq!(ask(&server.superuser_url(), "select 6 * 7").unwrap().as_deref(), Some("42"));
}
