//! What a world runs on: everything in this process, as the launcher has it; or, where `DOCKET_APART` names the directory
//! of their programs, three processes on RabbitMQ, as compose and Kubernetes have them. The tests are the same.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use docket::system::{System, SystemConfig};

use super::apart::Apart;

/// The directory of the three programs, if tests are to run on them.
pub fn programs() -> Option<PathBuf> {
    std::env::var_os("DOCKET_APART").map(PathBuf::from)
}

/// A running system.
pub enum Running {
    Together(Box<System>),
    Apart(Apart),
}

impl Running {
    pub async fn start(config: SystemConfig) -> Self {
        match programs() {
            None => Self::Together(Box::new(System::start(config).await.unwrap())),
            Some(programs) => Self::Apart(Apart::start(&programs, &config).await),
        }
    }

    /// Where its clients reach it.
    pub fn address(&self) -> SocketAddr {
        match self {
            Self::Together(system) => system.address(),
            Self::Apart(apart) => apart.address(),
        }
    }

    /// Where the services tell how they are, by their names.
    pub fn signs_of_life(&self) -> Vec<(&'static str, SocketAddr)> {
        match self {
            Self::Together(system) => system.signs_of_life(),
            Self::Apart(apart) => apart.signs_of_life(),
        }
    }

    /// Stops the task service alone, as if its machine were gone.
    pub async fn stop_task_service(&mut self) {
        match self {
            Self::Together(system) => system.stop_task_service().await,
            Self::Apart(apart) => apart.stop("task-service").await,
        }
    }

    /// Stops the user service alone, likewise.
    pub async fn stop_user_service(&mut self) {
        match self {
            Self::Together(system) => system.stop_user_service().await,
            Self::Apart(apart) => apart.stop("user-service").await,
        }
    }

    /// An orderly end.
    pub async fn end(self) {
        match self {
            Self::Together(system) => system.stop(Duration::ZERO).await,
            Self::Apart(apart) => apart.end().await,
        }
    }
}
