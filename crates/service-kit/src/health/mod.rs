//! Signs of life on a port of their own, never routed from outside: `/livez`, `/readyz`, `/metrics`.

pub mod metrics;

use std::{
    net::{SocketAddr, TcpListener},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use actix_web::{App, HttpResponse, HttpServer, dev::Server, web};
use diesel::{RunQueryDsl as _, sql_query};

use crate::db::Db;

/// Whether the process is about to end: it serves still, and nobody should begin to rely on it.
#[derive(Debug, Clone, Default)]
pub struct Draining(Arc<AtomicBool>);

impl Draining {
    /// From now on it is.
    pub fn begin(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it is.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Whether requests should be sent to this process.
#[derive(Clone)]
pub struct Readiness {
    service: &'static str,
    db: Db,
    draining: Draining,
}

impl Readiness {
    /// Ready while the service's own database answers. (A broker outage is not unready: writes go on.)
    #[must_use]
    pub fn new(service: &'static str, db: Db) -> Self {
        Self { service, db, draining: Draining::default() }
    }

    /// From now on `/readyz` answers 503, so that the load balancer stops sending requests.
    pub fn drain(&self) {
        self.draining.begin();
    }

    /// For [`crate::http::edge`], which then has callers let go of their connections.
    #[must_use]
    pub fn draining(&self) -> Draining {
        self.draining.clone()
    }

    async fn check(&self) -> Result<(), &'static str> {
        if self.draining.has_begun() {
            return Err("draining");
        }
        let ping = self.db.read(|conn| sql_query("SELECT 1").execute(conn).map_err(anyhow::Error::from));
        match tokio::time::timeout(Duration::from_secs(2), ping).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(_)) | Err(_) => Err("database"),
        }
    }
}

/// Starts the server of these three paths; tells the address that it got.
///
/// # Errors
/// When the address cannot be listened on.
pub fn serve(listen: SocketAddr, readiness: Readiness) -> std::io::Result<(SocketAddr, Server)> {
    let listener = TcpListener::bind(listen)?;
    let address = listener.local_addr()?;
    let server = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::new(readiness.clone()))
            .route("/livez", web::get().to(|| async { HttpResponse::Ok().body("ok\n") }))
            .route("/readyz", web::get().to(readyz))
            .route(
                "/metrics",
                web::get().to(|readiness: web::Data<Readiness>| async move {
                    metrics::record_pool(readiness.service, readiness.db.usage());
                    HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(metrics::render())
                }),
            )
    })
    .workers(1)
    .disable_signals()
    .shutdown_timeout(1)
    .listen(listener)?
    .run();
    Ok((address, server))
}

async fn readyz(readiness: web::Data<Readiness>) -> HttpResponse {
    match readiness.check().await {
        Ok(()) => HttpResponse::Ok().body("ready\n"),
        Err(reason) => HttpResponse::ServiceUnavailable().body(format!("not ready: {reason}\n")),
    }
}
