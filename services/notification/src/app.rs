//! The composition root: settings in, a running service out.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use actix_web::{
    App,
    middleware::{NormalizePath, from_fn},
    web,
};
use anyhow::Context as _;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use messaging::{Consumer, QueueSpec, Watch};
use paperclip::actix::OpenApiExt as _;
use service_kit::{
    auth::Gate,
    db::Db,
    health::{Draining, Readiness},
    http::{CursorKey, client::TrustedProxies, cors, etag::RequireIfMatch},
    openapi::{Document, frame},
    server::{HangUp, RunningService},
    trace::Tracer,
};
use tokio_util::sync::CancellationToken;

use crate::{
    config::Config,
    dashboard::Upstreams,
    digest::Gatherer,
    docs,
    feeds::Links,
    intake::handler::Intake,
    janitor::Janitor,
    mail::{Outgoing, PostOffice},
    notifications::snooze::Alarm,
    openapi::document,
    page,
    reminders::Scheduler,
    routes::routes,
    state::AppState,
    stream::{self, Hub},
    webhooks::{self, Webhooks, trust::Trust},
};

/// The service's own schema.
pub const SCHEMA: &str = "notification";

const NAME: &str = "notification-service";
const TITLE: &str = "Docket: notifications";
const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/notification");

/// Brings the schema up to date.
///
/// # Errors
/// When the database cannot be reached or a migration fails.
pub async fn migrate(config: &Config) -> anyhow::Result<Db> {
    service_kit::migrate::open(&config.service.db(SCHEMA), MIGRATIONS).await
}

/// Starts the service: migrations, servers, directory, consumer, reminders, streams, mails, janitor. Neither the other
/// services nor the broker need to be there yet.
///
/// # Errors
/// Whatever stops a start, with the name of the setting.
pub async fn start(config: Config) -> anyhow::Result<RunningService> {
    service_kit::health::metrics::install();
    let mailer = ::mail::mailer(&config.mail)?;
    let post = PostOffice::new(mailer, &config.public_url, config.service.cursor_secret.as_bytes());
    let db = migrate(&config).await?;
    let tracer = Tracer::start(NAME, config.service.otlp_endpoint.as_deref())?;
    let (directory, gate) =
        directory::gate::open(&db, &config.user_service_url, &config.service.token_policy()).await?;

    let reminders = Scheduler::new(db.clone(), Duration::from_secs(config.reminder_interval_seconds));
    let trust = Trust::new(config.webhook_ca_file.as_deref())?;
    let webhooks =
        Webhooks::new(config.webhook_allowed_networks.clone(), trust, &config.service.cursor_secret);
    let intake = Intake::new(directory.clone(), reminders.waker(), webhooks.waker.clone());
    let (queue, bindings) = events::routing::NOTIFICATION_EVENTS;
    let bus = messaging::connect(&config.bus.settings(&config.service.database_url)).await?;
    let watch = Watch::new(Arc::clone(&bus)).queue(queue);
    let consumer = Consumer::new(db.clone(), bus, QueueSpec::new(queue, bindings), Arc::new(intake))
        .traced(tracer.clone());

    let stop = CancellationToken::new();
    let hub = Arc::new(Hub::new(db.clone()));
    let streams = stream::listen::spawn(Arc::clone(&hub), &db, SCHEMA, stop.clone())?;
    let state = AppState {
        db: db.clone(),
        cursors: CursorKey::new(config.service.cursor_secret.as_bytes()),
        hub,
        webhooks: webhooks.clone(),
        links: Links::new(&config.public_url),
        post: post.clone(),
        upstreams: Arc::new(Upstreams::new(&config.user_service_url, &config.task_service_url)?),
        stop: stop.clone(),
    };
    let readiness = Readiness::new(NAME, db.clone());
    let api = serve(&config, state, gate, readiness.draining(), tracer.clone())
        .with_context(|| format!("LISTEN {}", config.listen))?;
    let mut running = RunningService::start(NAME, api, config.ops_listen, readiness, stop.clone())
        .with_context(|| format!("OPS_LISTEN {}", config.ops_listen))?
        .traced(tracer);
    running.spawn(consumer.run(stop.clone()));
    running.spawn(watch.run(stop.clone()));
    running.spawn(directory.run(stop.clone()));
    running.spawn(reminders.run(stop.clone()));
    running.spawn(Alarm::new(db.clone()).run(stop.clone()));
    running.spawn(streams);
    let PostOffice { mailer, letters, .. } = post;
    running.spawn(::mail::Sender::new(Outgoing::new(db.clone(), letters), mailer).run(stop.clone()));
    running.spawn(webhooks::Sender::new(db.clone(), webhooks).run(stop.clone()));
    running.spawn(Gatherer::new(db.clone()).run(stop.clone()));
    running.spawn(Janitor::new(db).run(stop));
    Ok(running)
}

fn serve(
    config: &Config,
    state: AppState,
    gate: Gate,
    draining: Draining,
    tracer: Tracer,
) -> std::io::Result<(SocketAddr, actix_web::dev::Server)> {
    let (state, gate) = (web::Data::new(state), web::Data::new(gate));
    let (draining, tracer) = (web::Data::new(draining), web::Data::new(tracer));
    let require_if_match = RequireIfMatch(config.service.edge.require_if_match);
    let origins = config.service.edge.cors_allowed_origins.clone();
    let proxies = web::Data::new(TrustedProxies(config.service.trusted_proxies.clone()));
    service_kit::server::http(config.listen, config.service.threads(), HangUp::Answer, move || {
        App::new()
            .app_data(state.clone())
            .app_data(gate.clone())
            .app_data(proxies.clone())
            .app_data(draining.clone())
            .app_data(tracer.clone())
            .app_data(require_if_match)
            .wrap(NormalizePath::trim())
            .wrap(cors::layer(&origins))
            .wrap(from_fn(service_kit::http::edge::edge))
            .wrap_api_with_spec(frame(TITLE))
            .configure(routes)
            .build()
            .configure(docs::routes)
            .default_service(web::to(page::assets::serve))
    })
}

/// The service's OpenAPI document, made from its handlers without starting it.
#[must_use]
pub fn openapi_document() -> Document {
    let found = std::sync::Mutex::new(None);
    App::new()
        .wrap_api_with_spec(frame(TITLE))
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
