//! `docket`: starts everything, says where it is, and stops it in order.

use std::{process::ExitCode, time::Duration};

use anyhow::Context as _;
use clap::Parser as _;
use docket::{
    banner::{Credentials, Facts, banner},
    config::Config,
    demo,
    engine_room::EngineRoom,
    secrets::{Secrets, random_text},
    system::{System, SystemConfig},
};
use engines::DataDirLock;
use mail::MailSettings;
use service_kit::server::ShutdownSignal;
use tokio_util::sync::CancellationToken;

fn main() -> ExitCode {
    let config = Config::parse();
    service_kit::logging::init(config.log_format, "warn,engines=info,docket=info");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let outcome = runtime.context("no runtime").and_then(|runtime| runtime.block_on(run(config)));
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("docket cannot run: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(config: Config) -> anyhow::Result<ExitCode> {
    // From the start on a signal means an orderly end, also while the engines are starting.
    let mut signal = ShutdownSignal::listen()?;
    let data_dir = engines::choose_data_dir(&config.data_dir)?;
    let mut lock = match DataDirLock::acquire(&data_dir)? {
        Ok(lock) => lock,
        Err(running) => {
            eprintln!("Docket is {running} (data in {}).", data_dir.display());
            return Ok(ExitCode::FAILURE);
        }
    };
    lock.record(std::process::id(), &format!("http://{}", config.listen))?;

    let secrets = Secrets::load_or_make(&data_dir)?;
    let room = tokio::task::spawn_blocking({
        let (config, data_dir) = (config.clone(), data_dir.clone());
        move || EngineRoom::start(&config, &data_dir)
    })
    .await??;
    let admin_password = config.admin_password.clone().unwrap_or_else(|| random_text(12));
    let system = System::start(SystemConfig {
        edge: config.edge.clone(),
        listen: config.listen,
        public_url: config.public_url.clone(),
        urls: room.urls.clone(),
        amqp_url: room.amqp_url.clone(),
        bus_prefix: String::new(),
        secrets,
        admin: Some((config.admin_email.clone(), admin_password.clone())),
        mail: MailSettings { mail_dir: Some(data_dir.join("mail")), ..config.mail.clone() },
        webhook_allowed_networks: config.webhook_allowed_networks.clone(),
        webhook_ca_file: config.webhook_ca_file.clone(),
        email_verification: config.email_verification,
        bcrypt_cost: config.bcrypt_cost,
        otlp_endpoint: config.otlp_endpoint.clone(),
    })
    .await?;

    lock.record(std::process::id(), &format!("http://{}", system.address()))?;
    let fresh = system.admin_was_made;
    let made = Credentials { email: config.admin_email.clone(), password: admin_password.clone() };
    println!(
        "{}",
        banner(&Facts {
            address: system.address(),
            data_dir: &std::path::absolute(&data_dir)?,
            database: &room.database,
            bus: &room.bus,
            credentials: (fresh && config.admin_password.is_none()).then_some(&made),
        })
    );
    if config.demo {
        demo::fill(system.address(), &made.email, &made.password, fresh).await;
    }

    let watching = CancellationToken::new();
    let room = std::sync::Arc::new(room);
    let watcher = tokio::spawn({
        let (room, watching) = (std::sync::Arc::clone(&room), watching.clone());
        async move { room.watch(watching).await }
    });
    let name = signal.received().await;
    println!("{name}: stopping …");
    system.stop(Duration::ZERO).await;
    watching.cancel();
    watcher.await?;
    tokio::task::spawn_blocking(move || room.stop()).await??;
    println!("Docket has stopped.");
    Ok(ExitCode::SUCCESS)
}
