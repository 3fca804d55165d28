//! HTTP by hand: what a well-behaved client library would refuse to send, or would hide from a test.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// An answer as it came on the wire.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    /// Lower-cased names.
    pub headers: Vec<(String, String)>,
    /// Still in its transfer coding.
    pub body: String,
}

impl Answer {
    /// The only header of that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values =
            self.headers.iter().filter(|(header, _)| header == name).map(|(_, value)| value.as_str());
        let value = values.next();
        assert_eq!(values.next(), None, "{name} twice: {self:?}");
        value
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// A problem of the gateway's own, whole.
    pub fn expect_problem(&self, status: u16, slug: &str) {
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self:?}");
        let problem = self.json();
        assert_eq!(problem["status"], status, "{self:?}");
        assert_eq!(problem["type"], format!("/problems/{slug}"), "{self:?}");
        assert_eq!(problem["request_id"].as_str(), self.header("x-request-id"), "{self:?}");
        for text in ["title", "detail", "request_id"] {
            assert!(problem[text].as_str().is_some_and(|text| !text.is_empty()), "{self:?}");
        }
    }
}

/// Sends `request`; reads the answer, or until the other side closes.
pub async fn exchange(address: SocketAddr, request: impl AsRef<[u8]>) -> Answer {
    let (mut reader, mut writer) = TcpStream::connect(address).await.unwrap().into_split();
    let mut bytes = Vec::new();
    let reading =
        async { while !is_whole(&bytes) && reader.read_buf(&mut bytes).await.is_ok_and(|read| read > 0) {} };
    let writing = async {
        // Who refuses a body may close before all of it is written.
        let _ = writer.write_all(request.as_ref()).await;
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = reading => {}
        () = writing => {}
    }
    parse(&bytes)
}

/// True when as many bytes are there as the head promises; of an answer that promises nothing the end is its close.
fn is_whole(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    length.is_some_and(|length: usize| body.len() >= length)
}

/// `GET` with the usual headers, one connection each.
pub async fn get(address: SocketAddr, target: &str) -> Answer {
    send(address, "GET", target, "").await
}

/// A request without a body; `headers` are whole lines.
pub async fn send(address: SocketAddr, method: &str, target: &str, headers: &str) -> Answer {
    let request =
        format!("{method} {target} HTTP/1.1\r\nHost: docket.example\r\n{headers}Connection: close\r\n\r\n");
    exchange(address, request).await
}

/// Reads a head and leaves the connection where the body starts.
pub async fn read_head(stream: &mut TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        bytes.push(stream.read_u8().await.unwrap());
    }
    bytes
}

/// An answer from its bytes.
pub fn parse(bytes: &[u8]) -> Answer {
    let text = String::from_utf8_lossy(bytes);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {text:?}"));
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok());
    let headers = lines
        .map(|line| line.split_once(':').unwrap())
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    Answer { status: status.unwrap(), headers, body: body.to_owned() }
}
