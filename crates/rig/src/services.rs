//! What the three services are told: the settings of `.env.example`, as compose gives them.

use std::{net::SocketAddr, path::PathBuf};

use docket::database::DatabaseUrls;

use crate::{ADMIN, PASSWORD, http, part::Program};

/// What all services of one system share.
#[derive(Clone)]
pub struct Installation {
    /// The directory with their programs.
    pub binaries: PathBuf,
    /// Where their logs go.
    pub logs: PathBuf,
    /// A role and a schema for each.
    pub urls: DatabaseUrls,
    /// RabbitMQ; without it the bus is in Postgres.
    pub amqp_url: Option<String>,
    /// The mail server.
    pub smtp: SocketAddr,
    /// Where the user service is asked.
    pub user: SocketAddr,
    /// Where the task service is asked.
    pub task: SocketAddr,
    /// The public address.
    pub public: SocketAddr,
    /// Seconds between "not ready" and the end of accepting.
    pub grace_seconds: u64,
}

impl Installation {
    /// The service of that name: `user`, `task` or `notification`.
    ///
    /// # Errors
    /// When there is none.
    pub fn service(&self, name: &str, listen: SocketAddr, ops: SocketAddr) -> anyhow::Result<Program> {
        match name {
            "user" => Ok(self.user_service(listen, ops)),
            "task" => Ok(self.task_service(listen, ops)),
            "notification" => Ok(self.notification_service(listen, ops)),
            _ => anyhow::bail!("there is no {name} service"),
        }
    }

    /// The user service.
    pub fn user_service(&self, listen: SocketAddr, ops: SocketAddr) -> Program {
        let mut program = self.program("user-service", &self.urls.user, listen, ops);
        program.environment.extend([
            ("PASSWORD_PEPPER", "a pepper for as long as the run lasts".to_owned()),
            // What is measured here is not bcrypt.
            ("BCRYPT_COST", "4".to_owned()),
            ("ADMIN_EMAIL", ADMIN.to_owned()),
            ("ADMIN_PASSWORD", PASSWORD.to_owned()),
        ]);
        program
    }

    /// The task service.
    pub fn task_service(&self, listen: SocketAddr, ops: SocketAddr) -> Program {
        let mut program = self.program("task-service", &self.urls.task, listen, ops);
        program.environment.push(("USER_SERVICE_URL", http(self.user)));
        program
    }

    /// The notification service.
    pub fn notification_service(&self, listen: SocketAddr, ops: SocketAddr) -> Program {
        let mut program = self.program("notification-service", &self.urls.notification, listen, ops);
        program
            .environment
            .extend([("USER_SERVICE_URL", http(self.user)), ("TASK_SERVICE_URL", http(self.task))]);
        program
    }

    fn program(&self, name: &str, database: &str, listen: SocketAddr, ops: SocketAddr) -> Program {
        let mut environment = vec![
            ("DATABASE_URL", database.to_owned()),
            ("BUS_DATABASE_URL", self.urls.bus.clone()),
            ("CURSOR_SECRET", "a secret for as long as the run lasts".to_owned()),
            ("LISTEN", listen.to_string()),
            ("OPS_LISTEN", ops.to_string()),
            ("TRUSTED_PROXIES", "127.0.0.1".to_owned()),
            ("SHUTDOWN_GRACE_SECONDS", self.grace_seconds.to_string()),
            ("SMTP_URL", format!("smtp://{}", self.smtp)),
            // Mails about addresses would be counted among those about tasks.
            ("EMAIL_VERIFICATION", "false".to_owned()),
            ("PUBLIC_URL", http(self.public)),
            ("LOG_FORMAT", "text".to_owned()),
        ];
        match &self.amqp_url {
            Some(url) => environment.extend([("BROKER", "rabbitmq".to_owned()), ("AMQP_URL", url.clone())]),
            None => environment.push(("BROKER", "postgres".to_owned())),
        }
        Program {
            path: self.binaries.join(name),
            arguments: Vec::new(),
            environment,
            log: self.logs.join(format!("{name}.log")),
        }
    }
}
