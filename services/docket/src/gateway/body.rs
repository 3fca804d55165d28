//! A request's body on its way to the service: small ones whole, so that no service waits for a slow client; bulk and
//! imports as a stream, so that nobody's megabytes are held here.

use std::io;

use actix_web::{
    HttpRequest,
    dev::Payload,
    http::header::{CONTENT_LENGTH, TRANSFER_ENCODING},
    rt,
    web::Bytes,
};
use futures_util::{StreamExt as _, stream};
use reqwest::Body;
use service_kit::{
    Problem,
    http::body::{BODY_TIMEOUT, collect},
};
use tokio::{sync::mpsc, task::JoinHandle};

/// Bodies that may have more bytes than this are streamed.
const WHOLE: usize = 256 * 1024;
/// Chunks read ahead of the service.
const CHUNKS_IN_FLIGHT: usize = 4;

/// A body for the service.
pub struct Outgoing {
    /// Its bytes; `None` where there is no body.
    pub body: Option<Body>,
    /// How many bytes a streamed body will have, where the client said so.
    pub length: Option<usize>,
    /// Feeds a streamed body, while it is on its way.
    feeder: Option<JoinHandle<Result<(), Problem>>>,
    problem: Option<Problem>,
}

impl Outgoing {
    /// Reads, or starts to read, the body of a request.
    ///
    /// # Errors
    /// 413 when it is larger than `limit` bytes, 408 when it dribbles, 400 when it breaks off.
    pub async fn read(req: &HttpRequest, mut payload: Payload, limit: usize) -> Result<Self, Problem> {
        let length: Option<usize> =
            req.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
        // Not by the payload: actix gives one without an end to whoever asks for a WebSocket.
        if length.is_none() && !req.headers().contains_key(TRANSFER_ENCODING) {
            return Ok(Self { body: None, length: None, feeder: None, problem: None });
        }
        if length.is_some_and(|length| length > limit) {
            return Err(Problem::too_large(limit));
        }
        if limit <= WHOLE {
            let bytes = collect(&mut payload, limit, BODY_TIMEOUT).await?.freeze();
            return Ok(Self { body: Some(bytes.into()), length: None, feeder: None, problem: None });
        }
        let (sender, receiver) = mpsc::channel(CHUNKS_IN_FLIGHT);
        let chunks = stream::unfold(receiver, |mut receiver| async {
            receiver.recv().await.map(|chunk| (chunk, receiver))
        });
        // The payload belongs to this thread and the client wants a body that can move: a task carries it across.
        let feeder = rt::spawn(feed(payload, limit, sender));
        Ok(Self { body: Some(Body::wrap_stream(chunks)), length, feeder: Some(feeder), problem: None })
    }

    /// Waits until nothing more of it is to come. May be dropped and called again.
    pub async fn sent(&mut self) {
        if let Some(feeder) = &mut self.feeder {
            self.problem = feeder.await.ok().and_then(Result::err);
            self.feeder = None;
        }
    }

    /// What was wrong with the body, if that is why the service's answer did not come.
    pub async fn problem(mut self) -> Option<Problem> {
        self.sent().await;
        self.problem
    }
}

/// Carries a body over, chunk by chunk, until its end, a fault, or the service has heard enough.
async fn feed(
    mut payload: Payload,
    limit: usize,
    sender: mpsc::Sender<io::Result<Bytes>>,
) -> Result<(), Problem> {
    let mut passed = 0;
    loop {
        let next = tokio::select! {
            next = tokio::time::timeout(BODY_TIMEOUT, payload.next()) => next,
            () = sender.closed() => return Ok(()),
        };
        let chunk = match next {
            Ok(None) => return Ok(()),
            Ok(Some(Ok(chunk))) if passed + chunk.len() <= limit => Ok(chunk),
            Ok(Some(Ok(_))) => Err(Problem::too_large(limit)),
            Ok(Some(Err(_))) => Err(Problem::bad_request("The body broke off.")),
            Err(_) => Err(Problem::timeout()),
        };
        match chunk {
            Ok(chunk) => {
                passed += chunk.len();
                if sender.send(Ok(chunk)).await.is_err() {
                    return Ok(());
                }
            }
            // An error, not an end: half a body must not look like a whole one.
            Err(problem) => {
                let _ = sender.send(Err(io::ErrorKind::UnexpectedEof.into())).await;
                return Err(problem);
            }
        }
    }
}
