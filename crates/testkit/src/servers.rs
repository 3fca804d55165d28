//! The servers that the tests of one binary share.

use std::{
    env,
    path::PathBuf,
    sync::{LazyLock, OnceLock},
};

use engines::{DataDirLock, Postgres, PostgresOptions, RabbitMq, RabbitOptions};

/// Held for as long as this process lives: two test binaries never share a cluster.
struct Place {
    directory: PathBuf,
    _lock: DataDirLock,
}

static PLACE: LazyLock<Place> = LazyLock::new(|| {
    let executable = env::current_exe().expect("a test binary has a path");
    let name = executable.file_stem().and_then(|name| name.to_str()).unwrap_or("tests").to_owned();
    // `target/testkit/<binary>`, beside `target/debug`.
    let target =
        executable.ancestors().nth(3).expect("a test binary lies in target/<profile>/deps").to_owned();
    let wanted = target.join("testkit").join(name);
    std::fs::create_dir_all(&wanted).expect("the target directory can be written");
    let directory = engines::choose_data_dir(&wanted).expect("a place for the servers");
    std::fs::create_dir_all(&directory).expect("a place for the servers");
    let lock = DataDirLock::acquire(&directory).expect("a lock can be taken");
    let lock = lock.unwrap_or_else(|_| panic!("another run of these tests holds {}", directory.display()));
    Place { directory, _lock: lock }
});

/// Where that server writes its log; `None` where it is not ours.
#[must_use]
pub fn postgres_log() -> Option<PathBuf> {
    postgres();
    env::var_os("DATABASE_URL").is_none().then(|| PLACE.directory.join("postgres.log"))
}

/// libpq URL of a superuser on a database that is not used otherwise.
pub fn postgres() -> &'static str {
    static URL: OnceLock<String> = OnceLock::new();
    static SERVER: OnceLock<Postgres> = OnceLock::new();
    URL.get_or_init(|| {
        env::var("DATABASE_URL").unwrap_or_else(|_| {
            let options = PostgresOptions {
                data_dir: PLACE.directory.clone(),
                allow_fetch: true,
                pg_bin: None,
                max_connections: 400,
                durable: env::var_os("DURABLE").is_some(),
            };
            SERVER.get_or_init(|| Postgres::start(&options).expect("a private Postgres")).superuser_url()
        })
    })
}

/// The broker's URL. Where there is none it is said aloud, and under `REQUIRE_RABBITMQ` the test fails.
pub fn rabbitmq() -> Option<&'static str> {
    static URL: OnceLock<Option<String>> = OnceLock::new();
    static BROKER: OnceLock<RabbitMq> = OnceLock::new();
    URL.get_or_init(|| {
        env::var("AMQP_URL").ok().or_else(|| {
            let required = env::var_os("REQUIRE_RABBITMQ").is_some();
            let options = RabbitOptions { data_dir: PLACE.directory.clone(), allow_fetch: required };
            match RabbitMq::start(&options) {
                Ok(broker) => Some(BROKER.get_or_init(|| broker).amqp_url()),
                Err(error) => {
                    assert!(!required, "REQUIRE_RABBITMQ is set, and there is no RabbitMQ: {error:#}");
                    eprintln!("NOT TESTED: everything about RabbitMQ: {error:#}");
                    None
                }
            }
        })
    })
    .as_deref()
}
