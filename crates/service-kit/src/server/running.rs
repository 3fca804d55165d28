//! A running service: its two HTTP servers, its loops, and an orderly end.

use std::{net::SocketAddr, time::Duration};

use actix_web::dev::{Server, ServerHandle};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::DRAIN_SECONDS;
use crate::{health::Readiness, trace::Tracer};

/// A service that serves.
pub struct RunningService {
    /// Its name, for messages.
    pub name: &'static str,
    /// Where its API listens.
    pub address: SocketAddr,
    /// Where its signs of life are.
    pub ops_address: SocketAddr,
    readiness: Readiness,
    stop: CancellationToken,
    servers: Vec<ServerHandle>,
    tasks: Vec<JoinHandle<()>>,
    tracer: Tracer,
}

impl RunningService {
    /// Puts the parts together; both servers start to serve. `stop` ends the loops and streams that were given it.
    ///
    /// # Errors
    /// When the address of the signs of life cannot be listened on.
    pub fn start(
        name: &'static str,
        api: (SocketAddr, Server),
        ops_listen: SocketAddr,
        readiness: Readiness,
        stop: CancellationToken,
    ) -> std::io::Result<Self> {
        let (address, api) = api;
        let (ops_address, ops) = crate::health::serve(ops_listen, readiness.clone())?;
        let servers = vec![api.handle(), ops.handle()];
        let mut service = Self {
            name,
            address,
            ops_address,
            readiness,
            stop,
            servers,
            tasks: Vec::new(),
            tracer: Tracer::default(),
        };
        for server in [api, ops] {
            service.spawn(async move {
                if let Err(error) = server.await {
                    log::error!("{name}: HTTP server: {error}");
                }
            });
        }
        log::info!("{name} serves on http://{address}, signs of life on http://{ops_address}");
        Ok(service)
    }

    /// The same, sending the last spans of `tracer` when all else has ended.
    #[must_use]
    pub fn traced(mut self, tracer: Tracer) -> Self {
        self.tracer = tracer;
        self
    }

    /// The token that ends the service's loops.
    #[must_use]
    pub fn stop_token(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Runs a loop until the service stops; the loop watches the stop token itself.
    pub fn spawn(&mut self, work: impl Future<Output = ()> + Send + 'static) {
        self.tasks.push(tokio::spawn(work));
    }

    /// Unready, `grace` for the load balancers to notice, then: streams end, requests drain, loops finish.
    pub async fn stop(self, grace: Duration) {
        self.readiness.drain();
        tokio::time::sleep(grace).await;
        self.stop.cancel();
        for server in &self.servers {
            server.stop(true).await;
        }
        for task in self.tasks {
            let aborter = task.abort_handle();
            if tokio::time::timeout(Duration::from_secs(DRAIN_SECONDS), task).await.is_err() {
                log::warn!("{}: a task did not end in time", self.name);
                aborter.abort();
            }
        }
        self.tracer.stop().await;
        log::info!("{} stopped", self.name);
    }
}
