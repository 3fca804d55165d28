//! The launcher's gateway: one address in front of the three services, over real HTTP.
//!
//! Where the services run apart, nginx does the same from `deploy/gateway/default.conf.template`; one table of cases
//! (`tests/routes.tsv`) holds both to the same routes. A request goes [`routes`] → [`proxy`]: [`body`] and [`headers`]
//! make the request for the service, [`reply`] makes the answer for the client.

mod body;
mod headers;
mod proxy;
mod reply;
pub mod routes;

use std::net::SocketAddr;

use actix_web::{App, dev::ServerHandle, web};
use service_kit::server::{self, HangUp, Threads};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use proxy::Proxy;
use routes::Service;

/// Where the services' APIs listen.
#[derive(Debug, Clone, Copy)]
pub struct Upstreams {
    /// The user service.
    pub user: SocketAddr,
    /// The task service.
    pub task: SocketAddr,
    /// The notification service.
    pub notification: SocketAddr,
}

impl Upstreams {
    fn address(&self, service: Service) -> SocketAddr {
        match service {
            Service::User => self.user,
            Service::Task => self.task,
            Service::Notification => self.notification,
        }
    }
}

/// A running gateway.
pub struct Gateway {
    /// Where it listens.
    pub address: SocketAddr,
    server: ServerHandle,
    task: JoinHandle<()>,
    stop: CancellationToken,
}

/// Starts the gateway on `listen` (port 0 allowed). Cancelling `stop` ends open event streams; [`Gateway::stop`] ends
/// the gateway. Call it inside a tokio runtime.
///
/// # Errors
/// When the address cannot be listened on.
pub fn start(
    listen: SocketAddr,
    workers: usize,
    upstreams: Upstreams,
    stop: &CancellationToken,
) -> std::io::Result<Gateway> {
    // The gateway's own end must not end whatever else watches the caller's token.
    let stop = stop.child_token();
    let streams = stop.clone();
    // A client that hangs up has gone, as at nginx: what is under way for it ends, and the service's stream with it.
    let threads = Threads { workers, blocking: 1 };
    let (address, server) = server::http(listen, threads, HangUp::Drop, move || {
        let streams = streams.clone();
        // One client a worker: its connections live on that worker's own event loop.
        App::new()
            .data_factory(move || std::future::ready(Proxy::new(upstreams, streams.clone())))
            .default_service(web::to(proxy::forward))
    })?;
    let handle = server.handle();
    let task = tokio::spawn(async move {
        if let Err(error) = server.await {
            log::error!("gateway: HTTP server: {error}");
        }
    });
    Ok(Gateway { address, server: handle, task, stop })
}

impl Gateway {
    /// Ends open event streams at once, lets requests in flight finish (20 s at most), then closes.
    pub async fn stop(self) {
        self.stop.cancel();
        self.server.stop(true).await;
        if let Err(error) = self.task.await {
            log::error!("gateway: {error}");
        }
    }
}
