//! What is said on a connection without asking the application: that a head took too long, or cannot be read.

use std::time::SystemTime;

use actix_web::{ResponseError as _, body::MessageBody as _, http::StatusCode, http::header::HttpDate};

use crate::{
    context::RequestContext,
    http::{Problem, edge::X_REQUEST_ID},
};

/// A whole answer that ends its connection, with a request id of its own.
pub fn refusal(status: StatusCode) -> Vec<u8> {
    let context = RequestContext::from_headers(None, None);
    let id = context.request_id.clone();
    let response =
        RequestContext::sync_scope(Some(context), || Problem::from_status(status).error_response());
    let body = response.into_body().try_into_bytes().unwrap_or_default();
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/problem+json\r\ncontent-length: {}\r\n\
         {X_REQUEST_ID}: {id}\r\nx-content-type-options: nosniff\r\ncache-control: no-store\r\n\
         connection: close\r\ndate: {}\r\n\r\n",
        body.len(),
        HttpDate::from(SystemTime::now()),
    );
    [head.as_bytes(), &body].concat()
}

/// The status of an answer without a body that refuses a request: the words in which actix says that it cannot read one.
pub fn wordless(answer: &[u8]) -> Option<StatusCode> {
    let rest = answer.strip_prefix(b"HTTP/1.1 ").or_else(|| answer.strip_prefix(b"HTTP/1.0 "))?;
    let status = StatusCode::from_bytes(rest.get(..3)?).ok()?;
    let ends_its_head = answer.windows(4).position(|four| four == b"\r\n\r\n")? + 4 == answer.len();
    (ends_its_head && status.is_client_error()).then_some(status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_a_problem_and_the_last_word() {
        let text = String::from_utf8(refusal(StatusCode::REQUEST_TIMEOUT)).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 408 Request Timeout\r\n"), "{head}");
        assert!(head.contains(&format!("content-length: {}\r\n", body.len())), "{head}");
        assert!(head.contains("connection: close\r\n"), "{head}");
        let problem: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!(problem["type"], "/problems/timeout");
        assert!(head.contains(&format!("x-request-id: {}\r\n", problem["request_id"].as_str().unwrap())));
    }

    #[test]
    fn only_what_has_no_body_is_wordless() {
        for (answer, status) in [
            ("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n", Some(400)),
            ("HTTP/1.1 431 Request Header Fields Too Large\r\n\r\n", Some(431)),
            ("HTTP/1.1 204 No Content\r\n\r\n", None),
            ("HTTP/1.1 400 Bad Request\r\ncontent-length: 2\r\n\r\n{}", None),
            ("HTTP/1.1 400 Bad Req", None),
            ("4", None),
        ] {
            assert_eq!(wordless(answer.as_bytes()).map(|found| found.as_u16()), status, "{answer}");
        }
    }
}
