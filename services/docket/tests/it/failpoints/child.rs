//! The process that dies: this test binary, run again to serve.

use std::{
    env,
    io::{BufRead as _, Write as _},
    path::PathBuf,
    process::Stdio,
    time::Duration,
};

use docket::{database::DatabaseUrls, system::System};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    process::{ChildStdin, ChildStdout, Command},
    time::timeout,
};

use crate::world::system_config;

/// Says that the process is a child, and what it serves.
const SETTINGS: &str = "DOCKET_FAILPOINT_CHILD";

/// What was asked of it is done within this time, on an idle machine.
const MOMENT: Duration = Duration::from_secs(3);

/// What every child of a test serves.
pub struct Settings {
    pub database_url: String,
    pub amqp_url: Option<String>,
    pub bus_prefix: String,
    pub mail_dir: PathBuf,
}

/// A running child.
pub struct Child {
    /// Where it serves.
    pub url: String,
    process: tokio::process::Child,
    orders: ChildStdin,
    said: Lines<BufReader<ChildStdout>>,
}

impl Child {
    /// Starts one; returns when it serves.
    pub async fn start(settings: &Settings) -> Self {
        let settings = json!({
            "database_url": settings.database_url, "amqp_url": settings.amqp_url,
            "bus_prefix": settings.bus_prefix, "mail_dir": settings.mail_dir,
        });
        let mut process = Command::new(env::current_exe().unwrap())
            .args(["--exact", "failpoints::child::serve", "--ignored", "--nocapture"])
            .env(SETTINGS, settings.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let said = BufReader::new(process.stdout.take().unwrap()).lines();
        let orders = process.stdin.take().unwrap();
        let mut child = Self { url: String::new(), process, orders, said };
        child.url = child.hears("serves ").await;
        child
    }

    /// From now on it aborts when it comes to `point` for the `nth` time.
    pub async fn arm(&mut self, point: &str, nth: u32) {
        self.orders.write_all(format!("{point} {nth}\n").as_bytes()).await.unwrap();
        self.hears("armed").await;
    }

    /// Whether it has died, or does so in a moment.
    pub async fn is_dead(&mut self) -> bool {
        match timeout(MOMENT, self.process.wait()).await {
            Ok(status) => !status.unwrap().success(),
            Err(_) => false,
        }
    }

    /// Ends it without harm.
    pub async fn stop(mut self) {
        drop(self.orders);
        assert!(self.process.wait().await.unwrap().success());
    }

    async fn hears(&mut self, start: &str) -> String {
        let heard = timeout(testkit::PATIENCE, async {
            while let Some(line) = self.said.next_line().await.unwrap() {
                if let Some(rest) = line.strip_prefix(start) {
                    return rest.to_owned();
                }
            }
            panic!("the child ended before it said {start:?}")
        });
        heard.await.unwrap_or_else(|_| panic!("the child does not say {start:?}"))
    }
}

/// Not a test: what [`Child::start`] runs.
#[test]
#[ignore = "the process that the other tests of this module start and abort"]
fn serve() {
    let Ok(settings) = env::var(SETTINGS) else { return };
    let settings: Value = serde_json::from_str(&settings).unwrap();
    let text = |name: &str| settings[name].as_str().map(str::to_owned);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let urls = DatabaseUrls::shared(&text("database_url").unwrap());
    let mail_dir = text("mail_dir").map(PathBuf::from);
    let config = system_config(urls, text("amqp_url"), text("bus_prefix").unwrap(), mail_dir);
    let system = runtime.block_on(System::start(config));
    // libtest's own line has no end yet.
    println!("\nserves http://{}", system.unwrap().address());
    for order in std::io::stdin().lock().lines() {
        let order = order.unwrap();
        let (point, nth) = order.split_once(' ').unwrap();
        failpoints::abort_at(point, nth.parse().unwrap()).unwrap();
        println!("armed");
        std::io::stdout().flush().unwrap();
    }
    // The parent has what it wants, or is gone.
    std::process::exit(0);
}
