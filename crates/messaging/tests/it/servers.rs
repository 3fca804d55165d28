//! The servers that the tests of this binary share.

use std::{
    env,
    io::Write,
    path::PathBuf,
    sync::{LazyLock, OnceLock},
    thread,
    time::{Duration, Instant},
};

use engines::{DataDirLock, Postgres, PostgresOptions, RabbitMq, RabbitOptions};

/// How long to wait for another run of this binary.
const ANOTHER_RUN: Duration = Duration::from_secs(300);

/// Held for as long as this process lives: two runs of this binary do not share a cluster.
struct Place {
    directory: PathBuf,
    _lock: DataDirLock,
}

static PLACE: LazyLock<Place> = LazyLock::new(|| {
    let wanted = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("messaging");
    std::fs::create_dir_all(&wanted).unwrap();
    let directory = engines::choose_data_dir(&wanted).unwrap();
    std::fs::create_dir_all(&directory).unwrap();
    let give_up = Instant::now() + ANOTHER_RUN;
    let lock = loop {
        match DataDirLock::acquire(&directory).unwrap() {
            Ok(lock) => break lock,
            Err(_) if Instant::now() < give_up => thread::sleep(Duration::from_millis(200)),
            Err(_) => panic!("another run of these tests holds {}", directory.display()),
        }
    };
    Place { directory, _lock: lock }
});

/// URL of a superuser on a database that is not used otherwise.
pub fn postgres() -> &'static str {
    static URL: OnceLock<String> = OnceLock::new();
    static SERVER: OnceLock<Postgres> = OnceLock::new();
    URL.get_or_init(|| {
        env::var("DATABASE_URL").unwrap_or_else(|_| {
            let options = PostgresOptions {
                data_dir: PLACE.directory.clone(),
                allow_fetch: true,
                pg_bin: None,
                max_connections: 300,
                durable: env::var_os("DURABLE").is_some(),
            };
            SERVER.get_or_init(|| Postgres::start(&options).unwrap()).superuser_url()
        })
    })
}

/// The broker's URL, if there is one.
pub fn rabbitmq() -> Option<&'static str> {
    static URL: OnceLock<Option<String>> = OnceLock::new();
    static BROKER: OnceLock<RabbitMq> = OnceLock::new();
    URL.get_or_init(|| {
        env::var("AMQP_URL").ok().or_else(|| {
            let options = RabbitOptions { data_dir: PLACE.directory.clone(), allow_fetch: false };
            match RabbitMq::start(&options) {
                Ok(broker) => Some(BROKER.get_or_init(|| broker).amqp_url()),
                Err(error) => {
                    assert!(
                        env::var_os("REQUIRE_RABBITMQ").is_none(),
                        "REQUIRE_RABBITMQ is set, and there is no RabbitMQ: {error:#}"
                    );
                    // Not `eprintln!`, which the test runner swallows when a test passes.
                    let _ = writeln!(std::io::stderr(), "SKIPPED: everything about RabbitMQ: {error:#}");
                    None
                }
            }
        })
    })
    .as_deref()
}
