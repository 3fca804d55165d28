//! One HTTP request to somebody's program, signed.

use std::{error::Error as _, time::Duration};

use actix_web::web::Bytes;
use chrono::Utc;
use http_body_util::{BodyExt as _, Full};
use hyper::{Request, Response, body::Incoming, header};

use super::{
    guard::{self, Guarded, REFUSED},
    queue::Leased,
    secret::signatures,
    target::{Policy, Target},
    trust::Trust,
    verdict::Outcome,
};

/// An attempt takes no longer.
const DEADLINE: Duration = Duration::from_secs(15);
/// Bytes of the answer that are kept.
const KEPT: usize = 1024;
const USER_AGENT: &str = concat!("Docket-Webhooks/", env!("CARGO_PKG_VERSION"));

/// Makes requests. Cheap to clone.
#[derive(Clone)]
pub struct Caller {
    policy: Policy,
    plain: Guarded,
    encrypted: Guarded,
}

impl Caller {
    /// To where the policy admits.
    #[must_use]
    pub fn new(policy: Policy, trust: &Trust) -> Self {
        let client = |is_plain| guard::client(&policy, trust, is_plain);
        Self { plain: client(true), encrypted: client(false), policy }
    }

    /// Sends a delivery and waits for the answer, 15 s at most.
    pub async fn attempt(&self, delivery: &Leased) -> Outcome {
        match tokio::time::timeout(DEADLINE, self.call(delivery)).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(why)) => Outcome::Failed(why),
            Err(_) => Outcome::Failed(format!("no answer within {} s", DEADLINE.as_secs())),
        }
    }

    async fn call(&self, delivery: &Leased) -> Result<Outcome, String> {
        let target = Target::parse(&delivery.url)?;
        if target.address().is_some_and(|address| !self.policy.admits(address, target.is_plain())) {
            return Err(REFUSED.to_owned());
        }
        let client = if target.is_plain() { &self.plain } else { &self.encrypted };
        let request = request(&target, delivery).map_err(|error| error.to_string())?;
        let response = client.request(request).await.map_err(|error| reason(&error))?;
        Ok(read(response).await)
    }
}

fn request(target: &Target, delivery: &Leased) -> Result<Request<Full<Bytes>>, hyper::http::Error> {
    let timestamp = Utc::now().timestamp();
    let signature = signatures(&delivery.secrets, delivery.event_id, timestamp, &delivery.payload);
    Request::post(target.as_str())
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::USER_AGENT, USER_AGENT)
        .header("webhook-id", delivery.event_id.to_string())
        .header("webhook-timestamp", timestamp)
        .header("webhook-signature", signature)
        .body(Full::new(Bytes::from(delivery.payload.clone())))
}

/// Status and the first bytes; the rest is not waited for, and an answer that breaks off is one.
async fn read(mut response: Response<Incoming>) -> Outcome {
    let status = response.status().as_u16();
    let retry_after = response.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
    let retry_after = retry_after.and_then(|text| text.trim().parse().ok()).map(Duration::from_secs);
    let mut first = Vec::new();
    while let Some(Ok(frame)) = response.body_mut().frame().await {
        if let Ok(data) = frame.into_data() {
            first.extend_from_slice(&data[..data.len().min(KEPT - first.len())]);
        }
        if first.len() >= KEPT {
            break;
        }
    }
    Outcome::Answered { status, body: readable(&first), retry_after }
}

/// As text that the database takes and a log shows.
fn readable(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

/// The innermost cause says what happened; the others only that a request failed.
fn reason(error: &hyper_util::client::legacy::Error) -> String {
    let (mut text, mut next) = (error.to_string(), error.source());
    while let Some(cause) = next {
        text = cause.to_string();
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_of_an_answer_is_text() {
        assert_eq!(readable(b"ok\0\x07\n\xff"), "ok\n\u{fffd}");
    }
}
