//! The composition root: settings in, a running service out.

use std::sync::Arc;

use actix_web::{
    App,
    middleware::{NormalizePath, from_fn},
    web,
};
use anyhow::Context as _;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use messaging::{Consumer, QueueSpec, Relay, Watch};
use paperclip::actix::OpenApiExt as _;
use service_kit::{
    auth::Gate,
    db::Db,
    health::{Draining, Readiness},
    http::{CursorKey, client::TrustedProxies, cors, etag::RequireIfMatch},
    openapi::{self, Document},
    server::{HangUp, RunningService},
    trace::Tracer,
};
use tokio_util::sync::CancellationToken;

use crate::{
    accounts::AccountNews, config::Config, janitor::Janitor, openapi::document, routes::routes,
    state::AppState, tasks::writer::Writer, transfer::import::work::ImportSlot,
};

/// The service's own schema.
pub const SCHEMA: &str = "task";

const NAME: &str = "task-service";
const TITLE: &str = "Docket: tasks";
const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/task");

/// Brings the schema up to date.
///
/// # Errors
/// When the database cannot be reached or a migration fails.
pub async fn migrate(config: &Config) -> anyhow::Result<Db> {
    service_kit::migrate::open(&config.service.db(SCHEMA), MIGRATIONS).await
}

/// Starts the service: migrations, servers, directory, relay, consumer, janitor. Neither the user service nor the
/// broker needs to be there yet.
///
/// # Errors
/// Whatever stops a start, with the name of the setting.
pub async fn start(config: Config) -> anyhow::Result<RunningService> {
    service_kit::health::metrics::install();
    let db = migrate(&config).await?;
    let tracer = Tracer::start(NAME, config.service.otlp_endpoint.as_deref())?;
    let (directory, gate) =
        directory::gate::open(&db, &config.user_service_url, &config.service.token_policy()).await?;

    let bus = messaging::connect(&config.bus.settings(&config.service.database_url)).await?;
    let relay = Relay::new(db.clone(), Arc::clone(&bus), NAME)
        .declaring(&events::routing::QUEUES)
        .traced(tracer.clone());
    let (queue, bindings) = events::routing::TASK_DIRECTORY;
    let news = Arc::new(AccountNews(directory.clone()));
    let watch = Watch::new(Arc::clone(&bus)).outbox(db.clone(), NAME).queue(queue);
    let consumer =
        Consumer::new(db.clone(), bus, QueueSpec::new(queue, bindings), news).traced(tracer.clone());

    let state = AppState {
        db: db.clone(),
        directory: directory.clone(),
        cursors: CursorKey::new(config.service.cursor_secret.as_bytes()),
        import_slot: ImportSlot::default(),
        writer: Writer::new(db.clone(), directory.clone(), relay.waker()),
        relay: relay.waker(),
    };
    let stop = CancellationToken::new();
    let readiness = Readiness::new(NAME, db.clone());
    let api = serve(&config, state, gate, readiness.draining(), tracer.clone())
        .with_context(|| format!("LISTEN {}", config.listen))?;
    let mut running = RunningService::start(NAME, api, config.ops_listen, readiness, stop.clone())
        .with_context(|| format!("OPS_LISTEN {}", config.ops_listen))?
        .traced(tracer);
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
    tracer: Tracer,
) -> std::io::Result<(std::net::SocketAddr, actix_web::dev::Server)> {
    let (state, gate) = (web::Data::new(state), web::Data::new(gate));
    let (draining, tracer) = (web::Data::new(draining), web::Data::new(tracer));
    let require_if_match = RequireIfMatch(config.service.edge.require_if_match);
    let origins = config.service.edge.cors_allowed_origins.clone();
    let proxies = web::Data::new(TrustedProxies(config.service.trusted_proxies.clone()));
    let document = web::Data::new(openapi_document());
    service_kit::server::http(config.listen, config.service.threads(), HangUp::Answer, move || {
        App::new()
            .app_data(state.clone())
            .app_data(gate.clone())
            .app_data(proxies.clone())
            .app_data(require_if_match)
            .app_data(document.clone())
            .app_data(draining.clone())
            .app_data(tracer.clone())
            .wrap(NormalizePath::trim())
            .wrap(cors::layer(&origins))
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
