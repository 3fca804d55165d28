//! Somebody's own program: an HTTP server that keeps what it is sent, and answers as it is told to.

use std::sync::{Arc, Mutex};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, dev::ServerHandle, http::StatusCode, web};
use serde_json::Value;

/// One request that came.
#[derive(Debug, Clone)]
pub struct Taken {
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Taken {
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

#[derive(Default)]
struct Shared {
    taken: Vec<Taken>,
    answer: Option<(u16, String, Option<String>)>,
}

pub struct Receiver {
    url: String,
    shared: Arc<Mutex<Shared>>,
    server: ServerHandle,
}

impl Receiver {
    pub async fn start() -> Self {
        let shared = Arc::new(Mutex::new(Shared::default()));
        let kept = web::Data::from(Arc::clone(&shared));
        let server =
            HttpServer::new(move || App::new().app_data(kept.clone()).default_service(web::to(take)))
                .workers(1)
                .disable_signals()
                .bind(("127.0.0.1", 0))
                .unwrap();
        let url = format!("http://{}/hook", server.addrs()[0]);
        let server = server.run();
        let handle = server.handle();
        tokio::spawn(server);
        Self { url, shared, server: handle }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// From now on.
    pub fn answer(&self, status: u16, body: &str) {
        self.shared.lock().unwrap().answer = Some((status, body.to_owned(), None));
    }

    pub fn redirect(&self, to: &str) {
        self.shared.lock().unwrap().answer = Some((302, String::new(), Some(to.to_owned())));
    }

    pub fn taken(&self) -> Vec<Taken> {
        self.shared.lock().unwrap().taken.clone()
    }

    /// Waits for so many.
    pub async fn take(&self, count: usize) -> Vec<Taken> {
        self.take_where(count, |_| true).await
    }

    pub async fn take_where(&self, count: usize, wanted: impl Fn(&Taken) -> bool) -> Vec<Taken> {
        testkit::eventually(&format!("{count} deliveries"), async || {
            let taken: Vec<_> = self.taken().into_iter().filter(&wanted).collect();
            (taken.len() >= count).then_some(taken)
        })
        .await
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        // It ends by itself; nobody waits for that.
        drop(self.server.stop(false));
    }
}

async fn take(req: HttpRequest, body: String, shared: web::Data<Mutex<Shared>>) -> HttpResponse {
    let text = |value: &actix_web::http::header::HeaderValue| value.to_str().unwrap().to_owned();
    let headers = req.headers().iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
    let mut shared = shared.lock().unwrap();
    shared.taken.push(Taken { headers, body });
    let (status, body, location) = shared.answer.clone().unwrap_or((200, "taken".to_owned(), None));
    let mut answer = HttpResponse::build(StatusCode::from_u16(status).unwrap());
    if let Some(location) = location {
        answer.insert_header(("location", location));
    }
    answer.body(body)
}
