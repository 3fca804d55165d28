//! Stand-ins for the three services: each answers with its own name and with what reached it.

use std::{net::Ipv4Addr, sync::Arc};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    dev::ServerHandle,
    guard,
    web::{self, Bytes},
};
use docket::gateway::Upstreams;
use futures_util::stream;
use serde_json::{Map, Value, json};
use tokio::sync::{Notify, Semaphore};

/// Three running stand-ins; they end with the test.
pub struct Echoes {
    pub upstreams: Upstreams,
    pub stage: Arc<Stage>,
    servers: Vec<ServerHandle>,
}

/// What a test and a stand-in agree on while a request is under way.
pub struct Stage {
    /// A permit lets the event stream say one more event.
    pub next_event: Semaphore,
    /// Told when the stand-in's stream was dropped.
    pub stream_dropped: Notify,
}

impl Drop for Echoes {
    fn drop(&mut self) {
        for server in &self.servers {
            // Sent when it is made; nobody has to wait for it.
            drop(server.stop(false));
        }
    }
}

impl Echoes {
    pub fn start() -> Self {
        let stage = Arc::new(Stage { next_event: Semaphore::new(1), stream_dropped: Notify::new() });
        let mut servers = Vec::new();
        let mut serve = |name: &'static str| {
            let stage = web::Data::from(Arc::clone(&stage));
            let server = HttpServer::new(move || {
                App::new()
                    .app_data(stage.clone())
                    .app_data(web::PayloadConfig::new(64 * 1024 * 1024))
                    .route("/api/notifications/stream/", web::get().guard(is_for_events()).to(events))
                    .route(
                        "/api/tasks/import/early/",
                        web::to(|| async { HttpResponse::Forbidden().body("early") }),
                    )
                    .route("/api/tasks/coded/", web::to(coded))
                    .default_service(web::to(move |req, body| echo(name, req, body)))
            })
            .workers(1)
            .disable_signals()
            .bind((Ipv4Addr::LOCALHOST, 0))
            .unwrap();
            let address = server.addrs()[0];
            let server = server.run();
            servers.push(server.handle());
            tokio::spawn(server);
            address
        };
        let upstreams =
            Upstreams { user: serve("user"), task: serve("task"), notification: serve("notification") };
        Self { upstreams, stage, servers }
    }
}

fn is_for_events() -> impl guard::Guard {
    guard::Header("accept", "text/event-stream")
}

/// `{service, method, target, headers: {name: [value]}, length}`, with headers that must not pass, and one that must.
async fn echo(name: &'static str, req: HttpRequest, body: Bytes) -> HttpResponse {
    let mut headers = Map::new();
    for (name, value) in req.headers() {
        let values = headers.entry(name.as_str()).or_insert_with(|| json!([]));
        values.as_array_mut().unwrap().push(value.to_str().unwrap().into());
    }
    HttpResponse::Ok()
        .insert_header(("keep-alive", "timeout=5"))
        .insert_header(("x-request-id", "the service's own"))
        .append_header(("set-cookie", "a=1"))
        .append_header(("set-cookie", "b=2"))
        .json(json!({
            "service": name,
            "method": req.method().as_str(),
            "target": req.uri().path_and_query().unwrap().as_str(),
            "headers": Value::Object(headers),
            "length": body.len(),
        }))
}

/// Tells the stage when it is dropped, with the stream that holds it.
struct OnStage(web::Data<Stage>);

impl Drop for OnStage {
    fn drop(&mut self) {
        self.0.stream_dropped.notify_one();
    }
}

/// An event for each permit; it never ends by itself.
async fn events(stage: web::Data<Stage>) -> HttpResponse {
    let events = stream::unfold((OnStage(stage), 0), |(on_stage, number)| async move {
        on_stage.0.next_event.acquire().await.unwrap().forget();
        let event = Bytes::from(format!("id: {number}\ndata: event {number}\n\n"));
        Some((Ok::<_, std::io::Error>(event), (on_stage, number + 1)))
    });
    HttpResponse::Ok().content_type("text/event-stream").streaming(events)
}

/// Bytes that only claim to be gzip: they pass as they are, or somebody tried to decode them.
async fn coded() -> HttpResponse {
    HttpResponse::Ok().insert_header(("content-encoding", "gzip")).body("not really gzip")
}
