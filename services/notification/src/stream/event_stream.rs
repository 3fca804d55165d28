//! The body of a stream: what was missed, then events as they come, heartbeats between, and an end.

use std::{collections::VecDeque, convert::Infallible, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse, Responder,
    body::BoxBody,
    http::header::{self, HeaderName, HeaderValue},
    web::Bytes,
};
use futures_util::stream;
use paperclip::{
    actix::OperationModifier,
    v2::{
        models::{DefaultOperationRaw, DefaultSchemaRaw},
        schema::Apiv2Schema,
    },
};
use service_kit::http::reply::document_empty;
use tokio::{
    sync::mpsc,
    time::{Interval, MissedTickBehavior},
};
use tokio_util::sync::CancellationToken;

use super::{frame, standing::Standing};

/// How often it is looked whether the token is still good: within 2 s a void one ends the stream.
const LOOK_EVERY: Duration = Duration::from_millis(1_500);
/// Looks between two heartbeats: 15 s.
const LOOKS_PER_HEARTBEAT: u32 = 10;

/// An answer that goes on until the client leaves, the token is void, or the service stops.
pub struct EventStream {
    /// Sent at once.
    pub first: VecDeque<Bytes>,
    /// Sent as they come; their end is the stream's.
    pub events: mpsc::Receiver<Bytes>,
    /// Its right to go on.
    pub standing: Standing,
    /// The service stops.
    pub stop: CancellationToken,
}

struct Body {
    stream: EventStream,
    look: Interval,
    looks: u32,
}

impl Body {
    async fn next(mut self) -> Option<(Result<Bytes, Infallible>, Self)> {
        if let Some(event) = self.stream.first.pop_front() {
            return Some((Ok(event), self));
        }
        loop {
            tokio::select! {
                biased;
                () = self.stream.stop.cancelled() => return None,
                event = self.stream.events.recv() => return Some((Ok(event?), self)),
                _ = self.look.tick() => {
                    if !self.stream.standing.holds().await {
                        return None;
                    }
                    self.looks += 1;
                    if self.looks.is_multiple_of(LOOKS_PER_HEARTBEAT) {
                        return Some((Ok(frame::heartbeat()), self));
                    }
                }
            }
        }
    }
}

impl Responder for EventStream {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let mut look = tokio::time::interval(LOOK_EVERY);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        look.reset();
        let body = Body { stream: self, look, looks: 0 };
        HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream")))
            .insert_header((header::CACHE_CONTROL, HeaderValue::from_static("no-store")))
            // nginx would gather it otherwise.
            .insert_header((HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")))
            .streaming(Box::pin(stream::unfold(body, Body::next)))
    }
}

impl Apiv2Schema for EventStream {}

impl OperationModifier for EventStream {
    fn update_parameter(_: &mut DefaultOperationRaw) {}

    fn update_response(op: &mut DefaultOperationRaw) {
        // Its content type is added by `crate::openapi`: paperclip knows one for all answers.
        document_empty(op, "200", "A stream that does not end by itself: see the description.");
    }

    fn update_definitions(_: &mut std::collections::BTreeMap<String, DefaultSchemaRaw>) {}
}
