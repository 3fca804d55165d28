//! The three services as processes of their own, behind a gateway in this one.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    process::Stdio,
};

use docket::{
    gateway::{self, Gateway, Upstreams},
    system::SystemConfig,
};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
    task::JoinHandle,
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use super::log;

/// One service.
struct Part {
    name: &'static str,
    address: SocketAddr,
    signs_of_life: SocketAddr,
    child: Child,
    /// All that it has said, when it has ended.
    said: JoinHandle<Vec<String>>,
}

pub struct Apart {
    parts: Vec<Part>,
    gateway: Gateway,
}

impl Apart {
    /// Starts all of them; returns when they serve.
    pub async fn start(programs: &Path, config: &SystemConfig) -> Self {
        let common = environment(config);
        let mut parts = Vec::new();
        let mut begin = async |name, database: &str, more: Vec<(&'static str, String)>| {
            let mut command = Command::new(programs.join(name));
            command.env_clear().envs(common.iter().cloned()).envs(more).env("DATABASE_URL", database);
            let part = Part::start(name, command).await;
            let address = part.address;
            parts.push(part);
            address
        };
        let url = |address: SocketAddr| format!("http://{address}");
        let user = begin("user-service", &config.urls.user, of_user_service(config)).await;
        let users = ("USER_SERVICE_URL", url(user));
        let task = begin("task-service", &config.urls.task, vec![users.clone()]).await;
        let networks: Vec<_> = config.webhook_allowed_networks.iter().map(ToString::to_string).collect();
        let mut others =
            vec![users, ("TASK_SERVICE_URL", url(task)), ("WEBHOOK_ALLOWED_NETWORKS", networks.join(","))];
        others.extend(
            config.webhook_ca_file.iter().map(|file| ("WEBHOOK_CA_FILE", file.display().to_string())),
        );
        let notification = begin("notification-service", &config.urls.notification, others).await;
        let upstreams = Upstreams { user, task, notification };
        let gateway =
            gateway::start((Ipv4Addr::LOCALHOST, 0).into(), 1, upstreams, &CancellationToken::new());
        Self { parts, gateway: gateway.unwrap() }
    }

    pub fn address(&self) -> SocketAddr {
        self.gateway.address
    }

    pub fn signs_of_life(&self) -> Vec<(&'static str, SocketAddr)> {
        self.parts.iter().map(|part| (part.name, part.signs_of_life)).collect()
    }

    /// Stops one of them, in order.
    pub async fn stop(&mut self, name: &str) {
        let index = self.parts.iter().position(|part| part.name == name).unwrap();
        self.parts.remove(index).stop().await;
    }

    /// Stops all: first what clients see.
    pub async fn end(self) {
        self.gateway.stop().await;
        futures_util::future::join_all(self.parts.into_iter().map(Part::stop)).await;
    }
}

impl Part {
    async fn start(name: &'static str, mut command: Command) -> Self {
        let mut child = command.stderr(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut said = Vec::new();
        let addresses = timeout(testkit::PATIENCE, async {
            while let Some(line) = lines.next_line().await.unwrap() {
                said.push(line);
                if let Some(addresses) = addresses(&said[said.len() - 1]) {
                    return addresses;
                }
            }
            panic!("{name} does not start: {said:#?}")
        });
        let (address, signs_of_life) =
            addresses.await.unwrap_or_else(|_| panic!("{name} does not start in time"));
        // What it says later is shown where a test fails.
        let said = tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                eprintln!("{name}: {line}");
                said.push(line);
            }
            said
        });
        Self { name, address, signs_of_life, child, said }
    }

    async fn stop(mut self) {
        let id = self.child.id().unwrap_or_else(|| panic!("{} has ended by itself", self.name));
        kill(Pid::from_raw(id.cast_signed()), Signal::SIGTERM).unwrap();
        let status = timeout(testkit::PATIENCE, self.child.wait()).await;
        let status = status.unwrap_or_else(|_| panic!("{} does not stop", self.name)).unwrap();
        assert!(status.success(), "{}: {status}", self.name);
        for line in self.said.await.unwrap() {
            log::check(self.name, &line);
        }
    }
}

/// Where it serves, and where its signs of life are, in the line in which it says so.
fn addresses(line: &str) -> Option<(SocketAddr, SocketAddr)> {
    let (_, rest) = line.split_once(" serves on http://")?;
    let (address, rest) = rest.split_once(", signs of life on http://")?;
    let (signs_of_life, _) = rest.split_once('"')?;
    Some((address.parse().unwrap(), signs_of_life.parse().unwrap()))
}

/// What all three are told.
fn environment(config: &SystemConfig) -> Vec<(&'static str, String)> {
    let mut environment = vec![
        ("BROKER", "rabbitmq".to_owned()),
        ("AMQP_URL", config.amqp_url.clone().expect("processes of their own speak over RabbitMQ")),
        ("BUS_PREFIX", config.bus_prefix.clone()),
        ("CURSOR_SECRET", config.secrets.cursor_secret.clone()),
        ("LISTEN", "127.0.0.1:0".to_owned()),
        ("OPS_LISTEN", "127.0.0.1:0".to_owned()),
        ("TRUSTED_PROXIES", "127.0.0.1".to_owned()),
        ("SHUTDOWN_GRACE_SECONDS", "0".to_owned()),
        ("PUBLIC_URL", format!("http://{}", config.listen)),
        ("MAIL_FROM", config.mail.mail_from.clone()),
        ("LOG_FORMAT", "json".to_owned()),
        ("RUST_LOG", log::EVERYTHING_OF_OURS.to_owned()),
        ("CORS_ALLOWED_ORIGINS", config.edge.cors_allowed_origins.to_string()),
        ("REQUIRE_IF_MATCH", config.edge.require_if_match.to_string()),
    ];
    let optional = [
        ("SMTP_URL", config.mail.smtp_url.clone()),
        ("MAIL_DIR", config.mail.mail_dir.as_ref().map(|directory| directory.display().to_string())),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", config.otlp_endpoint.clone()),
    ];
    environment.extend(optional.into_iter().filter_map(|(name, value)| Some((name, value?))));
    environment
}

fn of_user_service(config: &SystemConfig) -> Vec<(&'static str, String)> {
    let (email, password) = config.admin.clone().expect("an administrator");
    let mut environment = vec![
        ("PASSWORD_PEPPER", config.secrets.password_pepper.clone()),
        ("BCRYPT_COST", config.bcrypt_cost.to_string()),
        ("ADMIN_EMAIL", email),
        ("ADMIN_PASSWORD", password),
    ];
    environment.extend(config.email_verification.map(|on| ("EMAIL_VERIFICATION", on.to_string())));
    environment
}
