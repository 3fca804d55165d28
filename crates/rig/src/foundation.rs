//! What the services stand on: the database, and RabbitMQ where that is the bus.

use std::{path::Path, sync::Arc};

use anyhow::bail;
use docket::database::{self, DatabaseUrls};
use engines::{PostgresOptions, RabbitOptions};
use messaging::{Bus, BusKind, BusSettings};

use crate::{
    part::{Recipe, Running},
    supervisor::Supervised,
};

/// Running engines, and how to reach them.
pub struct Foundation {
    /// A role and a schema for each service.
    pub urls: DatabaseUrls,
    /// The superuser on Docket's database.
    pub superuser: String,
    /// RabbitMQ, where that is the bus.
    pub amqp_url: Option<String>,
    /// The engines.
    pub parts: Vec<Supervised>,
}

impl Foundation {
    /// Starts the engines in `data_dir`.
    pub async fn lay(data_dir: &Path, bus: BusKind) -> anyhow::Result<Self> {
        let postgres = Recipe::Postgres(PostgresOptions {
            data_dir: data_dir.to_owned(),
            allow_fetch: true,
            pg_bin: None,
            max_connections: 200,
            durable: true,
        });
        let Running::Postgres(server) = postgres.start().await? else { bail!("not a database") };
        let urls = database::prepare(|user, database| server.url(user, database))?;
        let superuser = server.url("postgres", database::DATABASE);
        let mut parts = vec![Supervised::adopt("database", postgres, Running::Postgres(server))];
        let mut amqp_url = None;
        if bus == BusKind::RabbitMq {
            let recipe = Recipe::RabbitMq(RabbitOptions { data_dir: data_dir.to_owned(), allow_fetch: true });
            let Running::RabbitMq(node) = recipe.start().await? else { bail!("not a broker") };
            amqp_url = Some(node.amqp_url());
            parts.push(Supervised::adopt("broker", recipe, Running::RabbitMq(node)));
        }
        Ok(Self { urls, superuser, amqp_url, parts })
    }

    /// The bus, for looking at queues and dead letters.
    pub async fn bus(&self) -> anyhow::Result<Arc<dyn Bus>> {
        messaging::connect(&BusSettings {
            kind: if self.amqp_url.is_some() { BusKind::RabbitMq } else { BusKind::Postgres },
            amqp_url: self.amqp_url.clone(),
            database_url: self.urls.bus.clone(),
            prefix: String::new(),
        })
        .await
    }
}
