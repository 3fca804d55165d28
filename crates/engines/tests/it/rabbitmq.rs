//! A private RabbitMQ comes up, is killed, comes up again, and goes. It runs where one is installed or, with
//! `REQUIRE_RABBITMQ=1` (which also makes its absence a failure), where one can be fetched.

use std::env;
use std::io::{Read, Write};
use std::net::TcpStream;

use engines::{RabbitMq, RabbitOptions};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::place::Place;

#[test]
fn a_broker_starts_and_stops_and_outlives_a_kill() {
    let place = Place::bare();
    let required = env::var_os("REQUIRE_RABBITMQ").is_some_and(|value| value == "1");
    let options = RabbitOptions { data_dir: place.path().to_owned(), allow_fetch: required };
    let mut broker = match RabbitMq::start(&options) {
        Err(cause) if !required && cause.to_string().contains("RabbitMQ is not installed") => {
            // Not `eprintln`, which the test harness swallows when the test passes.
            let notice = format!(
                "NOT TESTED, the private RabbitMQ: {cause} (or set REQUIRE_RABBITMQ=1 to fetch one)\n"
            );
            std::io::stderr().write_all(notice.as_bytes()).unwrap();
            return;
        }
        started => started.unwrap(),
    };
    println!("RabbitMQ {}", broker.origin());
    assert!(broker.is_alive());
    assert!(logs_in(&broker.amqp_url(), None));
    assert!(!logs_in(&broker.amqp_url(), Some("guess")));

    kill(Pid::from_raw(broker.pid().cast_signed()), Signal::SIGKILL).unwrap();
    while broker.is_alive() {
        std::thread::yield_now();
    }
    drop(broker);

    let mut left_behind = RabbitMq::start(&options).unwrap();
    assert!(logs_in(&left_behind.amqp_url(), None));

    // As after a launcher that was killed: the next one does not wait for the old node to end by itself.
    let broker = RabbitMq::start(&options).unwrap();
    assert!(!left_behind.is_alive());
    let url = broker.amqp_url();
    assert!(logs_in(&url, None));
    broker.stop().unwrap();
    assert!(TcpStream::connect(address(&url)).is_err());
}

fn address(url: &str) -> &str {
    url.split_once('@').unwrap().1.split_once('/').unwrap().0
}

/// Goes through AMQP's log-in with the URL's user and password, or with another `password`.
fn logs_in(url: &str, password: Option<&str>) -> bool {
    let (user, real) =
        url.strip_prefix("amqp://").unwrap().split_once('@').unwrap().0.split_once(':').unwrap();
    let mut stream = TcpStream::connect(address(url)).unwrap();
    stream.write_all(b"AMQP\x00\x00\x09\x01").unwrap();
    assert_eq!(method(&mut stream), Some((10, 10)), "connection.start");
    let response = format!("\0{user}\0{}", password.unwrap_or(real));
    // connection.start-ok: no client properties, mechanism, response, locale
    let mut body = vec![0, 10, 0, 11, 0, 0, 0, 0, 5];
    body.extend(b"PLAIN");
    body.extend(u32::try_from(response.len()).unwrap().to_be_bytes());
    body.extend(response.as_bytes());
    body.extend(b"\x05en_US");
    let mut frame = vec![1, 0, 0];
    frame.extend(u32::try_from(body.len()).unwrap().to_be_bytes());
    frame.extend(body);
    frame.push(0xCE);
    stream.write_all(&frame).unwrap();
    // connection.tune, or the end of the connection
    method(&mut stream) == Some((10, 30))
}

/// Reads one method frame: its class and method. `None` at the end of the connection.
fn method(stream: &mut TcpStream) -> Option<(u16, u16)> {
    let mut head = [0; 7];
    stream.read_exact(&mut head).ok()?;
    let length = u32::from_be_bytes(head[3..].try_into().unwrap()) as usize;
    let mut body = vec![0; length + 1];
    stream.read_exact(&mut body).ok()?;
    Some((u16::from_be_bytes([body[0], body[1]]), u16::from_be_bytes([body[2], body[3]])))
}
