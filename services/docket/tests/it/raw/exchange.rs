//! One request on a connection of its own, and whatever comes back.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// An answer begins in this time, or the other side waits for the rest of a request that has none.
const BEGIN: Duration = Duration::from_secs(2);
/// As much of an answer is read as tells what it is.
const ENOUGH: usize = 2_000;

/// What came back.
pub enum Came {
    /// The status, and the beginning of the answer.
    Answer { status: u16, text: String },
    /// Nothing that is HTTP: a hang-up, or silence.
    Nothing,
}

/// Sends the bytes and reads the beginning of what comes.
pub async fn exchange(address: SocketAddr, request: &[u8]) -> Came {
    let mut stream = TcpStream::connect(address).await.expect("it listens, whatever came before");
    let (mut reader, mut writer) = stream.split();
    let mut bytes = Vec::new();
    let reading = async {
        while bytes.len() < ENOUGH && reader.read_buf(&mut bytes).await.is_ok_and(|read| read > 0) {
            if bytes.windows(4).any(|four| four == b"\r\n\r\n") {
                break;
            }
        }
    };
    let writing = async {
        // Whoever refuses it may hang up before all of it is written.
        let _ = writer.write_all(request).await;
        std::future::pending::<()>().await;
    };
    let both = async {
        tokio::select! {
            () = reading => {}
            () = writing => {}
        }
    };
    let _ = tokio::time::timeout(BEGIN, both).await;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let status = text.strip_prefix("HTTP/1.1 ").or_else(|| text.strip_prefix("HTTP/1.0 "));
    match status.and_then(|rest| rest.get(..3)?.parse().ok()) {
        Some(status) => Came::Answer { status, text },
        None => Came::Nothing,
    }
}
