//! The loopback ports of one data directory: the same at every start while nobody else has taken them, so that
//! clients of a broker that died find the next one where it was.

use std::{
    fs,
    net::{Ipv4Addr, TcpListener},
    path::Path,
};

use anyhow::{Context, Result};

/// Three different free ports. Somebody else may take one before it is used; the start that then fails says so in its
/// log.
pub(crate) fn of(data_dir: &Path) -> Result<[u16; 3]> {
    let file = data_dir.join("rabbitmq.ports");
    if let Some(ports) = remembered(&file).filter(|ports| bind(*ports).is_ok()) {
        return Ok(ports);
    }
    let ports = bind([0; 3]).context("no free port on 127.0.0.1")?;
    let text = ports.map(|port| port.to_string()).join(" ");
    fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
    Ok(ports)
}

fn remembered(file: &Path) -> Option<[u16; 3]> {
    let text = fs::read_to_string(file).ok()?;
    let ports: Vec<u16> = text.split_whitespace().map_while(|port| port.parse().ok()).collect();
    ports.try_into().ok()
}

/// The ports that these requests get (0: any), all at once; they are free again afterwards.
fn bind(wanted: [u16; 3]) -> std::io::Result<[u16; 3]> {
    let listeners: Vec<TcpListener> = wanted
        .iter()
        .map(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)))
        .collect::<std::io::Result<_>>()?;
    let mut got = [0; 3];
    for (port, listener) in got.iter_mut().zip(&listeners) {
        *port = listener.local_addr()?.port();
    }
    Ok(got)
}
