//! Stands in front of a server, and can be as sick as servers are.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// How a peer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// It answers as the server behind it does.
    Healthy,
    /// It closes each connection at once.
    HangsUp,
    /// It takes requests, and says nothing.
    Hung,
    /// It answers one byte a second.
    Drips,
    /// It answers 500.
    Fails,
}

/// A peer; it is gone with its value.
pub struct Peer {
    /// Where it listens.
    pub address: SocketAddr,
    mood: watch::Sender<Mood>,
    asked: Arc<AtomicUsize>,
}

impl Peer {
    /// A healthy one, before the server at `behind`.
    pub async fn before(behind: SocketAddr) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (mood, moods) = watch::channel(Mood::Healthy);
        let asked = Arc::new(AtomicUsize::new(0));
        let peer = Self { address, mood, asked: Arc::clone(&asked) };
        tokio::spawn(async move {
            let mut over = moods.clone();
            loop {
                let accepted = tokio::select! {
                    accepted = listener.accept() => accepted,
                    // Nobody holds the peer any more.
                    Err(_) = over.changed() => return,
                };
                if let Ok((stream, _)) = accepted {
                    tokio::spawn(attend(stream, behind, moods.clone(), Arc::clone(&asked)));
                }
            }
        });
        peer
    }

    /// It is like that from now on; connections that are open end, and the count of what it was asked starts anew.
    pub fn becomes(&self, mood: Mood) {
        self.asked.store(0, Ordering::Relaxed);
        self.mood.send_replace(mood);
    }

    /// How often it was asked while it was sick: each time on a connection of its own.
    #[must_use]
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

async fn attend(
    stream: TcpStream,
    behind: SocketAddr,
    mut moods: watch::Receiver<Mood>,
    asked: Arc<AtomicUsize>,
) {
    let mood = *moods.borrow_and_update();
    if mood != Mood::Healthy {
        asked.fetch_add(1, Ordering::Relaxed);
    }
    tokio::select! {
        // Whoever hangs up in the middle is none of its concern.
        _ = serve(stream, behind, mood) => {}
        _ = moods.changed() => {}
    }
}

async fn serve(mut stream: TcpStream, behind: SocketAddr, mood: Mood) -> std::io::Result<()> {
    match mood {
        Mood::HangsUp => {}
        Mood::Healthy => {
            let mut server = TcpStream::connect(behind).await?;
            tokio::io::copy_bidirectional(&mut stream, &mut server).await?;
        }
        Mood::Hung => {
            // The request is read, so that it is sure to have been taken.
            while stream.read(&mut [0; 1024]).await? > 0 {}
        }
        Mood::Drips => {
            let _ = stream.read(&mut [0; 4096]).await?;
            let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n";
            stream.write_all(head.as_bytes()).await?;
            loop {
                stream.write_all(b" ").await?;
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
        Mood::Fails => {
            let _ = stream.read(&mut [0; 4096]).await?;
            let answer =
                "HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
            stream.write_all(answer.as_bytes()).await?;
        }
    }
    Ok(())
}
