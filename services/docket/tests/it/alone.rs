//! The user service alone, with settings that the whole system does not vary.

use clap::Parser as _;
use service_kit::server::RunningService;
use testkit::{Client, TestDatabase};
use user_service::Config;

/// Its settings on that database, and more flags. bcrypt is as cheap as can be, unless they say otherwise.
pub fn config(database: &TestDatabase, more: &[&str]) -> Config {
    let common = [
        "user-service",
        "--database-url",
        database.url(),
        "--broker=postgres",
        "--cursor-secret=cursor",
        "--listen=127.0.0.1:0",
        "--ops-listen=127.0.0.1:0",
        "--shutdown-grace-seconds=0",
    ];
    let defaults = [("--password-pepper=", "pepper"), ("--bcrypt-cost=", "4")];
    let missing = defaults.iter().filter(|(flag, _)| !more.iter().any(|given| given.starts_with(flag)));
    let missing: Vec<String> = missing.map(|(flag, value)| format!("{flag}{value}")).collect();
    Config::parse_from(
        common.into_iter().chain(missing.iter().map(String::as_str)).chain(more.iter().copied()),
    )
}

/// Starts it; gives a client of it.
pub async fn start(config: Config) -> (RunningService, Client) {
    let service = user_service::start(config).await.unwrap();
    let client = Client::new(&format!("http://{}", service.address));
    (service, client)
}

/// A fresh database.
pub async fn database() -> TestDatabase {
    tokio::task::spawn_blocking(TestDatabase::create).await.unwrap()
}
