//! What a Kubernetes Service does: each new connection goes to one of the endpoints that are ready, and stays there
//! whatever becomes of that list.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
};

/// One address in front of changing ones.
#[derive(Clone)]
pub struct Balancer(Arc<Mutex<Vec<SocketAddr>>>);

impl Balancer {
    /// Listens on `address` for as long as the process lives.
    pub async fn start(address: SocketAddr) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let balancer = Self(Arc::default());
        let endpoints = balancer.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if let Some(endpoint) = endpoints.next() {
                    // Whoever hangs up first ends it for both.
                    tokio::spawn(join(client, endpoint));
                }
            }
        });
        Ok(balancer)
    }

    /// New connections may go there.
    pub fn add(&self, endpoint: SocketAddr) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(endpoint);
    }

    /// New connections go there no more.
    pub fn remove(&self, endpoint: SocketAddr) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|one| *one != endpoint);
    }

    fn next(&self) -> Option<SocketAddr> {
        let mut endpoints = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let first = endpoints.first().copied()?;
        endpoints.rotate_left(1);
        Some(first)
    }
}

async fn join(mut client: TcpStream, endpoint: SocketAddr) -> std::io::Result<()> {
    let mut server = TcpStream::connect(endpoint).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}
