//! Where everything listens, all through a run.

use std::net::SocketAddr;

use rand::Rng;

use crate::ports;

/// Addresses on loopback.
#[derive(Debug, Clone, Copy)]
pub struct Addresses {
    /// The gateway, for clients.
    pub front: SocketAddr,
    /// The gateway's own sign of life.
    pub front_ops: SocketAddr,
    /// The user service, or the balancer before it.
    pub user: SocketAddr,
    /// Its signs of life.
    pub user_ops: SocketAddr,
    /// The task service, or the balancer before it.
    pub task: SocketAddr,
    /// Its signs of life.
    pub task_ops: SocketAddr,
    /// The notification service, or the balancer before it.
    pub notification: SocketAddr,
    /// Its signs of life.
    pub notification_ops: SocketAddr,
}

impl Addresses {
    /// Free ones.
    pub fn free(rng: &mut impl Rng) -> anyhow::Result<Self> {
        let [front, front_ops, user, user_ops, task, task_ops, notification, notification_ops] =
            ports::free(rng)?;
        Ok(Self { front, front_ops, user, user_ops, task, task_ops, notification, notification_ops })
    }
}
