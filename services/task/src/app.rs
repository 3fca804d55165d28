//! The composition root: settings in, a running service out.

use std::{sync::Arc, time::Duration};

use actix_web::{
    App,
    middleware::{NormalizePath, from_fn},
    web,
};
use anyhow::Context as _;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use directory::{Directory, UserService};
use messaging::{Consumer, QueueSpec, Relay, Watch};
use paperclip::actix::OpenApiExt as _;
use service_kit::{
    auth::{Gate, RemoteKeys, Verifier},
    db::Db,
    health::{Draining, Readiness},
    http::{CursorKey, client::TrustedProxies},
    openapi::{self, Document},
    server::RunningService,
};
use tokio_util::sync::CancellationToken;

use crate::{
    accounts::AccountNews, config::Config, janitor::Janitor, openapi::document, routes::routes,
    state::AppState, transfer::import::work::ImportSlot,
};

/// The service's own schema.
pub const SCHEMA: &str = "task";

const NAME: &str = "task-service";
const TITLE: &str = "Docket: tasks";
const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/task");

/// Time limits of a request to the user service: to connect, and in all.
const CONNECT: Duration = Duration::from_millis(300);
const ANSWER: Duration = Duration::from_millis(800);
/// Shorter than the server keeps an idle connection, so that none is used that has just been closed.
const IDLE: Duration = Duration::from_secs(60);

/// Brings the schema up to date.
///
/// # Errors
/// When the database cannot be reached or a migration fails.
pub async fn migrate(config: &Config) -> anyhow::Result<Db> {
    let db = Db::new(&config.service.db(SCHEMA))?;
    let url = db.url().to_owned();
    tokio::task::spawn_blocking(move || service_kit::migrate::run(&url, SCHEMA, MIGRATIONS)).await??;
    Ok(db)
}

/// Starts the service: migrations, servers, directory, relay, consumer, janitor. Neither the user service nor the
/// broker needs to be there yet.
///
/// # Errors
/// Whatever stops a start, with the name of the setting.
pub async fn start(config: Config) -> anyhow::Result<RunningService> {
    service_kit::health::metrics::install();
    let db = migrate(&config).await?;
    let client = reqwest::Client::builder()
        .connect_timeout(CONNECT)
        .timeout(ANSWER)
        .pool_idle_timeout(IDLE)
        .build()
        .context("HTTP client")?;
    let users = config.user_service_url.trim_end_matches('/');
    let directory = Directory::new(db.clone(), UserService::new(client.clone(), users));
    directory.refresh(None).await.context("directory")?;
    let keys = RemoteKeys::open(client, format!("{users}/.well-known/jwks.json"), db.clone()).await;
    let gate = Gate {
        verifier: Arc::new(Verifier::new(Arc::new(keys), &config.service.token_policy())),
        accounts: Arc::new(directory.clone()),
    };

    let bus = messaging::connect(&config.bus()).await?;
    let relay = Relay::new(db.clone(), Arc::clone(&bus), NAME).declaring(&events::routing::QUEUES);
    let (queue, bindings) = events::routing::TASK_DIRECTORY;
    let news = Arc::new(AccountNews(directory.clone()));
    let watch = Watch::new(Arc::clone(&bus)).outbox(db.clone(), NAME).queue(queue);
    let consumer = Consumer::new(db.clone(), bus, QueueSpec::new(queue, bindings), news);

    let state = AppState {
        db: db.clone(),
        directory: directory.clone(),
        cursors: CursorKey::new(config.service.cursor_secret.as_bytes()),
        import_slot: ImportSlot::default(),
        relay: relay.waker(),
    };
    let stop = CancellationToken::new();
    let readiness = Readiness::new(NAME, db.clone());
    let api = serve(&config, state, gate, readiness.draining())
        .with_context(|| format!("LISTEN {}", config.listen))?;
    let mut running = RunningService::start(NAME, api, config.ops_listen, readiness, stop.clone())
        .with_context(|| format!("OPS_LISTEN {}", config.ops_listen))?;
    running.spawn(relay.run(stop.clone()));
    running.spawn(consumer.run(stop.clone()));
    running.spawn(watch.run(stop.clone()));
    running.spawn(directory.run(stop.clone()));
    running.spawn(Janitor::new(db).run(stop));
    Ok(running)
}

fn serve(
    config: &Config,
    state: AppState,
    gate: Gate,
    draining: Draining,
) -> std::io::Result<(std::net::SocketAddr, actix_web::dev::Server)> {
    let (state, gate, draining) = (web::Data::new(state), web::Data::new(gate), web::Data::new(draining));
    let proxies = web::Data::new(TrustedProxies(config.service.trusted_proxies.clone()));
    let document = web::Data::new(openapi_document());
    service_kit::server::http(config.listen, config.service.http_workers, move || {
        App::new()
            .app_data(state.clone())
            .app_data(gate.clone())
            .app_data(proxies.clone())
            .app_data(document.clone())
            .app_data(draining.clone())
            .wrap(NormalizePath::trim())
            .wrap(from_fn(service_kit::http::edge::edge))
            .wrap_api_with_spec(openapi::frame(TITLE))
            .configure(routes)
            .build()
            .route("/api/schema", web::get().to(openapi::serve))
    })
}

/// The service's OpenAPI document, made from its handlers without starting it.
#[must_use]
pub fn openapi_document() -> Document {
    let found = std::sync::Mutex::new(None);
    App::new()
        .wrap_api_with_spec(openapi::frame(TITLE))
        .configure(routes)
        .with_raw_json_spec_v3(|app, spec| {
            if let Ok(mut found) = found.lock() {
                *found = Some(spec);
            }
            app
        })
        .build();
    document(found.into_inner().ok().flatten().unwrap_or_default())
}
