//! An SMTP server that takes every mail and remembers its `Message-ID`.

use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

/// Copies of each mail, by `Message-ID`.
type Copies = BTreeMap<String, u32>;

/// The sink; it lives as long as the process.
#[derive(Clone)]
pub struct MailSink {
    /// Where it listens.
    pub address: SocketAddr,
    copies: Arc<Mutex<Copies>>,
}

impl MailSink {
    /// Starts it.
    pub async fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let sink = Self { address: listener.local_addr()?, copies: Arc::default() };
        let taken = Arc::clone(&sink.copies);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let taken = Arc::clone(&taken);
                // A client that hangs up in the middle has sent nothing.
                tokio::spawn(async move { converse(stream, &taken).await });
            }
        });
        Ok(sink)
    }

    /// Different mails, and copies beyond the first of each.
    pub fn counts(&self) -> (usize, u32) {
        let copies = self.copies.lock().unwrap_or_else(PoisonError::into_inner);
        (copies.len(), copies.values().map(|count| count - 1).sum())
    }
}

async fn converse(stream: TcpStream, taken: &Mutex<Copies>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 sink\r\n").await?;
    let mut line = String::new();
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let answer = match line.get(..4).unwrap_or_default().to_ascii_uppercase().as_str() {
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await?;
                let id = message_id(&mut stream).await?;
                let mut taken = taken.lock().unwrap_or_else(PoisonError::into_inner);
                *taken.entry(id).or_default() += 1;
                "250 taken\r\n"
            }
            "QUIT" => "221 bye\r\n",
            _ => "250 ok\r\n",
        };
        stream.write_all(answer.as_bytes()).await?;
    }
}

/// Reads a message to its end; returns its `Message-ID`, or what stands for one that has none.
async fn message_id(stream: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut id = "none".to_owned();
    let mut line = String::new();
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if line == ".\r\n" {
            return Ok(id);
        }
        if let Some(value) = line.strip_prefix("Message-ID:") {
            value.trim().clone_into(&mut id);
        }
    }
}
