//! [`http`]: an application on an address, each of its connections held to its [`turn`](super::turn).

use std::{
    fmt,
    net::{SocketAddr, TcpListener},
    time::Duration,
};

use actix_http::{HttpServiceBuilder, KeepAlive, Protocol, Request, Response, error::DispatchError};
use actix_service::{IntoServiceFactory, ServiceFactoryExt as _, apply_fn_factory, fn_service, map_config};
use actix_web::{
    Error,
    body::MessageBody,
    dev::{AppConfig, Server, Service, ServiceFactory},
};
use tokio::net::TcpStream;

use super::{DRAIN_SECONDS, answer::answered, connection::Connection, turn::LINGER};

/// A client that takes nothing of its answer for so long is gone.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);

/// What becomes of a request whose client has closed its side of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HangUp {
    /// It is answered: the client may hear still.
    Answer,
    /// It is dropped, and what was under way for it.
    Drop,
}

/// The threads that serve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Threads {
    /// Each with an event loop and connections of its own.
    pub workers: usize,
    /// Of each worker, for what blocks: as many as there are database connections. One more would only wait for a connection,
    /// and who waits in the worker's queue instead is taken up by a thread that is awake already.
    pub blocking: usize,
}

/// Starts an HTTP server on `listen` (port 0 allowed) with this project's limits; tells the address that it got.
///
/// # Errors
/// When the address cannot be listened on.
pub fn http<F, I, S, B>(
    listen: SocketAddr,
    threads: Threads,
    hang_up: HangUp,
    app: F,
) -> std::io::Result<(SocketAddr, Server)>
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
    let server = Server::build()
        .workers(threads.workers.max(1))
        .worker_max_blocking_threads(threads.blocking.max(1))
        .disable_signals()
        .shutdown_timeout(DRAIN_SECONDS);
    let draining = server.graceful_shutdown_signal();
    let server = server.listen("http", listener, move || {
        let draining = draining.clone();
        let app = app().into_factory().map_err(|error| error.into().error_response());
        let http = HttpServiceBuilder::<Connection<TcpStream>, _>::default()
            .graceful_shutdown_signal(move || {
                let draining = draining.clone();
                async move { draining.notified().await }
            })
            // The connection has clocks of its own, for every request and not for the first alone.
            .client_request_timeout(Duration::ZERO)
            .keep_alive(KeepAlive::Os)
            .client_disconnect_timeout(LINGER)
            .h1_allow_half_closed(hang_up == HangUp::Answer)
            .local_addr(address)
            .on_connect_ext(|connection: &Connection<TcpStream>, data| {
                data.insert(connection.turn());
            })
            .finish(apply_fn_factory(map_config(app, |()| AppConfig::default()), answered::<_, B>));
        fn_service(|stream: TcpStream| async move {
            stream.set_nodelay(true)?;
            let client = stream.peer_addr().ok();
            Ok::<_, DispatchError>((Connection::new(stream, WRITE_TIMEOUT), Protocol::Http1, client))
        })
        .and_then(http)
    })?;
    Ok((address, server.run()))
}
