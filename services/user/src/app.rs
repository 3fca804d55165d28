//! The composition root: settings in, a running service out.

use std::sync::Arc;

use actix_web::{
    App,
    middleware::{NormalizePath, from_fn},
    web,
};
use anyhow::Context as _;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use messaging::{Relay, Watch};
use paperclip::actix::OpenApiExt as _;
use service_kit::{
    auth::{Gate, Verifier},
    db::Db,
    health::Readiness,
    http::{CursorKey, client::TrustedProxies, cors, etag::RequireIfMatch},
    openapi::{self, Document},
    server::{HangUp, RunningService},
    trace::Tracer,
};
use tokio_util::sync::CancellationToken;

use crate::{
    accounts::lookup::LocalAccounts,
    bootstrap,
    config::Config,
    email_proofs::Rule,
    janitor::Janitor,
    keys::{ring::Ring, rotate},
    mails::Outgoing,
    openapi::document,
    passwords::{bcrypt::Scheme, hashing::Hasher, pepper::Peppers, secret::Secret},
    routes::routes,
    sealing::Sealer,
    state::AppState,
    throttle::known::KnownDevices,
    tokens::uses::Uses,
    totp::check::Checker,
};

/// The service's own schema.
pub const SCHEMA: &str = "user";

const NAME: &str = "user-service";
const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/user");

/// Brings the schema up to date.
///
/// # Errors
/// When the database cannot be reached or a migration fails.
pub async fn migrate(config: &Config) -> anyhow::Result<Db> {
    service_kit::migrate::open(&config.service.db(SCHEMA), MIGRATIONS).await
}

/// The peppers of the settings.
///
/// # Errors
/// When the pepper is missing.
pub fn peppers(config: &Config) -> anyhow::Result<Peppers> {
    anyhow::ensure!(!config.password_pepper.is_empty(), "PASSWORD_PEPPER is empty");
    Ok(Peppers::new(&config.password_pepper, &config.password_peppers_former))
}

/// What seals the secrets that the database keeps.
///
/// # Errors
/// When the pepper is missing.
pub fn sealer(config: &Config) -> anyhow::Result<Sealer> {
    Ok(Sealer::new(peppers(config)?))
}

/// The pool that hashes passwords.
///
/// # Errors
/// When the pepper is missing, or no thread can be started.
pub fn hasher(config: &Config) -> anyhow::Result<Hasher> {
    let scheme = Scheme::new(peppers(config)?, config.bcrypt_cost);
    Ok(Hasher::start(scheme, config.hashing_queue, config.hashing_reserved)?)
}

/// Makes the administrator of the settings, if they name one and none was made before; tells whether it did. Brings
/// the schema up to date first. [`start`] does this by itself; call it before to know.
///
/// # Errors
/// When the database cannot be reached, or address or password are not acceptable.
pub async fn make_first_admin(config: &Config) -> anyhow::Result<bool> {
    let (Some(email), Some(password)) = (&config.admin_email, &config.admin_password) else {
        return Ok(false);
    };
    let db = migrate(config).await?;
    bootstrap::first_admin(&db, &hasher(config)?, email, &Secret::new(password.clone())).await
}

/// Starts the service: migrations, signing keys, first administrator, servers, relay, janitor.
///
/// # Errors
/// Whatever stops a start, with the name of the setting.
pub async fn start(config: Config) -> anyhow::Result<RunningService> {
    service_kit::health::metrics::install();
    let db = migrate(&config).await?;
    let hasher = hasher(&config)?;
    let sealer = sealer(&config)?;
    let opener = sealer.clone();
    db.transaction(move |conn| rotate::ensure(conn, &opener)).await.context("signing keys")?;
    let ring = Arc::new(Ring::open(db.clone(), sealer).await.context("signing keys")?);
    if let (Some(email), Some(password)) = (&config.admin_email, &config.admin_password) {
        bootstrap::first_admin(&db, &hasher, email, &Secret::new(password.clone())).await?;
    }
    let tracer = Tracer::start(NAME, config.service.otlp_endpoint.as_deref())?;
    let bus = messaging::connect(&config.bus.settings(&config.service.database_url)).await?;
    let watch = Watch::new(Arc::clone(&bus)).outbox(db.clone(), NAME);
    let relay = Relay::new(db.clone(), bus, NAME).declaring(&events::routing::QUEUES).traced(tracer.clone());
    let stop = CancellationToken::new();
    let tokens = config.service.token_policy();
    metrics::counter!("refresh_tokens_reused_total").increment(0); // told before the first one
    let uses = Arc::new(Uses::default());
    let gate = Gate {
        verifier: Arc::new(Verifier::new(ring.clone(), &tokens)),
        accounts: Arc::new(LocalAccounts::new(db.clone(), Arc::clone(&uses))),
    };
    let mailer = mail::mailer(&config.mail)?;
    if mailer.is_none() {
        anyhow::ensure!(!config.verifies_email(), "EMAIL_VERIFICATION needs SMTP_URL or MAIL_DIR");
        log::warn!("mail is not set up (SMTP_URL or MAIL_DIR): nobody can set a forgotten password anew");
    }
    let outgoing = Outgoing::new(db.clone(), peppers(&config)?, &config.public_url);
    let state = AppState {
        db: db.clone(),
        hasher,
        known_devices: KnownDevices::new(peppers(&config)?, &config.public_url),
        totp: Checker::new(&peppers(&config)?, config.limits.wrong_codes_per_hour),
        ring,
        tokens,
        cursors: CursorKey::new(config.service.cursor_secret.as_bytes()),
        relay: relay.waker(),
        addresses: Rule {
            is_on: config.verifies_email(),
            mails_per_hour: config.limits.address_mails_per_hour,
            peppers: peppers(&config)?,
        },
        limits: config.limits,
    };
    let (state, gate) = (web::Data::new(state), web::Data::new(gate));
    let require_if_match = RequireIfMatch(config.service.edge.require_if_match);
    let origins = config.service.edge.cors_allowed_origins.clone();
    let proxies = web::Data::new(TrustedProxies(config.service.trusted_proxies.clone()));
    let document = web::Data::new(openapi_document());
    let readiness = Readiness::new(NAME, db.clone());
    let draining = web::Data::new(readiness.draining());
    let spans = web::Data::new(tracer.clone());
    let api = service_kit::server::http(config.listen, config.service.threads(), HangUp::Answer, move || {
        App::new()
            .app_data(state.clone())
            .app_data(gate.clone())
            .app_data(proxies.clone())
            .app_data(require_if_match)
            .app_data(document.clone())
            .app_data(draining.clone())
            .app_data(spans.clone())
            .wrap(NormalizePath::trim())
            .wrap(cors::layer(&origins))
            .wrap(from_fn(service_kit::http::edge::edge))
            .wrap_api_with_spec(openapi::frame(TITLE))
            .configure(routes)
            .build()
            .route("/api/schema", web::get().to(openapi::serve))
    })
    .with_context(|| format!("LISTEN {}", config.listen))?;
    let mut running = RunningService::start(NAME, api, config.ops_listen, readiness, stop.clone())
        .with_context(|| format!("OPS_LISTEN {}", config.ops_listen))?
        .traced(tracer);
    running.spawn(relay.run(stop.clone()));
    running.spawn(uses.run(db.clone(), stop.clone()));
    running.spawn(watch.run(stop.clone()));
    running.spawn(mail::Sender::new(outgoing, mailer).run(stop.clone()));
    running.spawn(Janitor::new(db, config.audit_retention_days).run(stop));
    Ok(running)
}

const TITLE: &str = "Docket: users";

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
