//! Loopback ports that nobody uses at this moment.

use std::net::{Ipv4Addr, TcpListener};

use anyhow::{Context, Result};

/// As many different free ports as asked for. Somebody else may take one before it is used; the start that
/// then fails says so in its log.
pub(crate) fn free<const N: usize>() -> Result<[u16; N]> {
    let listeners: Vec<TcpListener> = (0..N)
        .map(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))
        .collect::<std::io::Result<_>>()
        .context("no free port on 127.0.0.1")?;
    let mut ports = [0; N];
    for (port, listener) in ports.iter_mut().zip(&listeners) {
        *port = listener.local_addr().context("no free port on 127.0.0.1")?.port();
    }
    Ok(ports)
}
