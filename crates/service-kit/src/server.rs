//! A running service: its two HTTP servers, its loops, and an orderly end.

use std::{
    fmt,
    net::{SocketAddr, TcpListener},
    time::Duration,
};

use actix_http::{Request, Response};
use actix_service::IntoServiceFactory;
use actix_web::{
    Error, HttpServer,
    body::MessageBody,
    dev::{AppConfig, Server, ServerHandle, Service, ServiceFactory},
};
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

use crate::{health::Readiness, trace::Tracer};

/// Requests in flight at the end have this long.
const DRAIN_SECONDS: u64 = 20;
/// Headers must have arrived within this time.
const HEADER_TIMEOUT: Duration = Duration::from_secs(5);
/// An idle connection is kept this long: longer than the idle pool of any client of ours.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// Starts an HTTP server on `listen` (port 0 allowed) with this project's limits; tells the address that it got.
///
/// # Errors
/// When the address cannot be listened on.
pub fn http<F, I, S, B>(listen: SocketAddr, workers: usize, app: F) -> std::io::Result<(SocketAddr, Server)>
where
    F: Fn() -> I + Send + Clone + 'static,
    I: IntoServiceFactory<S, Request>,
    S: ServiceFactory<Request, Config = AppConfig> + 'static,
    S::Error: Into<Error> + 'static,
    S::InitError: fmt::Debug,
    S::Response: Into<Response<B>> + 'static,
    <S::Service as Service<Request>>::Future: 'static,
    S::Service: 'static,
    B: MessageBody + 'static,
{
    let listener = TcpListener::bind(listen)?;
    let address = listener.local_addr()?;
    let server = HttpServer::new(app)
        .workers(workers.max(1))
        .worker_max_blocking_threads(8)
        .client_request_timeout(HEADER_TIMEOUT)
        .keep_alive(KEEP_ALIVE)
        .disable_signals()
        .shutdown_timeout(DRAIN_SECONDS)
        .listen(listener)?
        .run();
    Ok((address, server))
}

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

/// Ctrl-C and SIGTERM, listened for since it was made.
pub struct ShutdownSignal {
    interrupt: Signal,
    terminate: Signal,
}

impl ShutdownSignal {
    /// From now on neither ends the process by itself.
    ///
    /// # Errors
    /// When signals cannot be listened for.
    pub fn listen() -> std::io::Result<Self> {
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    /// Waits for one; tells its name.
    pub async fn received(&mut self) -> &'static str {
        tokio::select! {
            _ = self.interrupt.recv() => "SIGINT",
            _ = self.terminate.recv() => "SIGTERM",
        }
    }
}
