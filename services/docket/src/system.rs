//! The three services and the gateway, started in one process: for the launcher, and for tests.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use anyhow::Context as _;
use ipnet::IpNet;
use mail::MailSettings;
use messaging::{BusKind, BusOptions};
use service_kit::{
    logging::LogFormat,
    server::RunningService,
    settings::{EdgeSettings, ServiceSettings},
};
use tokio_util::sync::CancellationToken;

use crate::{
    database::DatabaseUrls,
    gateway::{self, Gateway, Upstreams},
    secrets::Secrets,
};

/// Any free port on loopback: inside one process nobody else needs to know it.
const ANYWHERE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
const WORKERS: usize = 2;

/// What a system is started with.
#[derive(Clone)]
pub struct SystemConfig {
    /// Where the gateway listens; port 0 allowed.
    pub listen: SocketAddr,
    /// Where people reach it, for links in mails; its own address if not set.
    pub public_url: Option<String>,
    /// Database URLs by service.
    pub urls: DatabaseUrls,
    /// RabbitMQ; without it the bus is in Postgres.
    pub amqp_url: Option<String>,
    /// Before the names of exchange and queues; empty but in tests.
    pub bus_prefix: String,
    /// Secrets of the installation.
    pub secrets: Secrets,
    /// E-mail address and password of the first administrator.
    pub admin: Option<(String, String)>,
    /// Networks beside the public internet that webhooks may lead to.
    pub webhook_allowed_networks: Vec<IpNet>,
    /// Certificates of authorities that webhooks believe beside the public ones.
    pub webhook_ca_file: Option<PathBuf>,
    /// Where mail goes.
    pub mail: MailSettings,
    /// Whether e-mail addresses are verified; if nothing is said, where there is a mail server.
    pub email_verification: Option<bool>,
    /// bcrypt's cost.
    pub bcrypt_cost: u32,
    /// Collector of traces, if there is one.
    pub otlp_endpoint: Option<String>,
    /// What the edge is strict about.
    pub edge: EdgeSettings,
}

/// A running system.
pub struct System {
    user: Option<RunningService>,
    task: Option<RunningService>,
    notification: RunningService,
    gateway: Gateway,
    stop: CancellationToken,
    /// True when this start made the first administrator.
    pub admin_was_made: bool,
}

impl System {
    /// Starts everything; returns when it serves.
    ///
    /// # Errors
    /// When a port is taken or a service does not start.
    pub async fn start(config: SystemConfig) -> anyhow::Result<Self> {
        let user_config = config.user();
        let admin_was_made =
            user_service::make_first_admin(&user_config).await.context("the first administrator")?;
        let user = user_service::start(user_config).await.context("the user service")?;
        let user_url = format!("http://{}", user.address);
        let task = task_service::start(config.task(&user_url)).await.context("the task service")?;
        let task_url = format!("http://{}", task.address);
        let notification = notification_service::start(config.notification(&user_url, &task_url))
            .await
            .context("the notification service")?;
        let stop = CancellationToken::new();
        let upstreams =
            Upstreams { user: user.address, task: task.address, notification: notification.address };
        let gateway = gateway::start(config.listen, WORKERS, upstreams, &stop)
            .with_context(|| format!("cannot listen on {} (DOCKET_LISTEN)", config.listen))?;
        Ok(Self { user: Some(user), task: Some(task), notification, gateway, stop, admin_was_made })
    }

    /// Where Docket is served.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.gateway.address
    }

    /// Where the services tell how they are, by their names.
    #[must_use]
    pub fn signs_of_life(&self) -> Vec<(&'static str, SocketAddr)> {
        let services = self.user.iter().chain(&self.task).chain([&self.notification]);
        services.map(|service| (service.name, service.ops_address)).collect()
    }

    /// Stops the task service alone, as if its machine were gone.
    pub async fn stop_task_service(&mut self) {
        if let Some(task) = self.task.take() {
            task.stop(Duration::ZERO).await;
        }
    }

    /// Stops the user service alone, likewise.
    pub async fn stop_user_service(&mut self) {
        if let Some(user) = self.user.take() {
            user.stop(Duration::ZERO).await;
        }
    }

    /// Ends streams, drains requests, finishes loops: first the gateway, then the services.
    pub async fn stop(self, grace: Duration) {
        self.stop.cancel();
        self.gateway.stop().await;
        let stopped = async |service: Option<RunningService>| {
            if let Some(service) = service {
                service.stop(grace).await;
            }
        };
        tokio::join!(stopped(self.user), stopped(self.task), self.notification.stop(grace));
    }
}

impl SystemConfig {
    fn service(&self, database_url: &str) -> ServiceSettings {
        ServiceSettings {
            database_url: database_url.to_owned(),
            database_pool_size: 4,
            statement_timeout_ms: 5_000,
            http_workers: WORKERS,
            cursor_secret: self.secrets.cursor_secret.clone(),
            token_issuer: "docket".to_owned(),
            token_audience: "docket".to_owned(),
            trusted_proxies: vec![IpAddr::V4(Ipv4Addr::LOCALHOST).into()],
            edge: self.edge.clone(),
            shutdown_grace_seconds: 0,
            otlp_endpoint: self.otlp_endpoint.clone(),
            log_format: LogFormat::Text,
        }
    }

    fn bus(&self) -> BusOptions {
        BusOptions {
            broker: if self.amqp_url.is_some() { BusKind::RabbitMq } else { BusKind::Postgres },
            amqp_url: self.amqp_url.clone(),
            bus_database_url: Some(self.urls.bus.clone()),
            bus_prefix: self.bus_prefix.clone(),
        }
    }

    fn public_url(&self) -> String {
        self.public_url.clone().unwrap_or_else(|| format!("http://{}", self.listen))
    }

    fn user(&self) -> user_service::Config {
        user_service::Config {
            service: self.service(&self.urls.user),
            listen: ANYWHERE,
            ops_listen: ANYWHERE,
            bus: self.bus(),
            password_pepper: self.secrets.password_pepper.clone(),
            password_peppers_former: Vec::new(),
            bcrypt_cost: self.bcrypt_cost,
            hashing_queue: 16,
            hashing_reserved: 4,
            admin_email: self.admin.as_ref().map(|(email, _)| email.clone()),
            admin_password: self.admin.as_ref().map(|(_, password)| password.clone()),
            public_url: self.public_url(),
            audit_retention_days: 365,
            mail: self.mail.clone(),
            email_verification: self.email_verification,
            limits: user_service::Limits::default(),
        }
    }

    fn task(&self, user_url: &str) -> task_service::Config {
        task_service::Config {
            service: self.service(&self.urls.task),
            listen: ANYWHERE,
            ops_listen: ANYWHERE,
            bus: self.bus(),
            user_service_url: user_url.to_owned(),
        }
    }

    fn notification(&self, user_url: &str, task_url: &str) -> notification_service::Config {
        notification_service::Config {
            service: self.service(&self.urls.notification),
            listen: ANYWHERE,
            ops_listen: ANYWHERE,
            bus: self.bus(),
            user_service_url: user_url.to_owned(),
            task_service_url: task_url.to_owned(),
            reminder_interval_seconds: 15,
            public_url: self.public_url(),
            mail: self.mail.clone(),
            webhook_allowed_networks: self.webhook_allowed_networks.clone(),
            webhook_ca_file: self.webhook_ca_file.clone(),
        }
    }
}
