//! The loopback ports of one data directory: the same at every start while nobody else has taken them, so that
//! clients of a broker that died find the next one where it was.

use std::{
    fs,
    hash::{BuildHasher as _, RandomState},
    net::{Ipv4Addr, TcpListener},
    path::Path,
};

use anyhow::{Context, Result};

/// Below the range from which the kernel takes ports for outgoing connections (32768 on Linux): while the broker is
/// down, nobody's connection comes to sit on a port that its clients know.
const FIRST: u64 = 15_000;
const LAST: u64 = 31_000;
/// Of so many draws some three are free.
const DRAWS: u64 = 100;

/// Three different free ports. Somebody else may take one before it is used; the start that then fails says so in its
/// log.
pub(crate) fn of(data_dir: &Path) -> Result<[u16; 3]> {
    let file = data_dir.join("rabbitmq.ports");
    if let Some(ports) = remembered(&file).filter(|ports| bind(*ports).is_ok()) {
        return Ok(ports);
    }
    let ports = (0..DRAWS).find_map(|_| bind(drawn()).ok()).context("no free ports on 127.0.0.1")?;
    let text = ports.map(|port| port.to_string()).join(" ");
    fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
    Ok(ports)
}

fn remembered(file: &Path) -> Option<[u16; 3]> {
    let text = fs::read_to_string(file).ok()?;
    let ports: Vec<u16> = text.split_whitespace().map_while(|port| port.parse().ok()).collect();
    ports.try_into().ok()
}

/// Three ports, drawn by the standard library's one source of randomness: its hashers' keys.
fn drawn() -> [u16; 3] {
    let random = RandomState::new();
    [0_u8, 1, 2].map(|which| {
        let port = FIRST + random.hash_one(which) % (LAST - FIRST);
        u16::try_from(port).unwrap_or(u16::MAX)
    })
}

/// The same ports, if all of them are free and different.
fn bind(wanted: [u16; 3]) -> std::io::Result<[u16; 3]> {
    let bound = wanted.iter().map(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)));
    bound.collect::<std::io::Result<Vec<TcpListener>>>().map(|_| wanted)
}

#[cfg(test)]
mod tests {
    use super::{FIRST, LAST, drawn};

    #[test]
    fn no_port_is_one_that_an_outgoing_connection_gets() {
        let range = std::fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range").unwrap_or_default();
        let lowest: u64 =
            range.split_whitespace().next().and_then(|port| port.parse().ok()).unwrap_or(32_768);
        assert!(LAST <= lowest, "the kernel here takes ports from {lowest} on");
        let drawn: Vec<[u16; 3]> = (0..100).map(|_| drawn()).collect();
        assert!(drawn.iter().flatten().all(|port| (FIRST..LAST).contains(&u64::from(*port))));
        assert!(drawn.iter().any(|ports| *ports != drawn[0]));
    }
}
