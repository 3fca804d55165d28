//! Loopback ports that stay the same through all restarts.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use anyhow::bail;
use rand::Rng;

/// Below the range from which the kernel takes ports for outgoing connections: nobody takes one while its part is down.
const FROM: u16 = 15_000;
const TO: u16 = 31_000;

/// So many free addresses.
pub fn free<const N: usize>(rng: &mut impl Rng) -> anyhow::Result<[SocketAddr; N]> {
    let mut held: Vec<TcpListener> = Vec::with_capacity(N);
    for _ in 0..1000 {
        if let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, rng.random_range(FROM..TO))) {
            held.push(listener);
        }
        if held.len() == N {
            let mut addresses = [SocketAddr::from((Ipv4Addr::LOCALHOST, 0)); N];
            for (address, listener) in addresses.iter_mut().zip(&held) {
                *address = listener.local_addr()?;
            }
            return Ok(addresses);
        }
    }
    bail!("no free ports on 127.0.0.1 between {FROM} and {TO}")
}
