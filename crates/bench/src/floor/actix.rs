//! A bare actix server, with as many workers as a service has: it answers everything with the same 4 KB of JSON.

use std::{net::SocketAddr, time::Duration};

use actix_web::{App, HttpResponse, HttpServer, http::header::ContentType, web};
use anyhow::Context as _;
use tokio::process::{Child, Command};

const BODY: &[u8; 4096] = &{
    let mut body = [b' '; 4096];
    body[0] = b'{';
    body[4095] = b'}';
    body
};
const PATIENCE: Duration = Duration::from_secs(10);

/// Serves until it is killed.
///
/// # Errors
/// When the address cannot be had.
pub fn serve(listen: SocketAddr) -> std::io::Result<()> {
    let answer = || async { HttpResponse::Ok().content_type(ContentType::json()).body(&BODY[..]) };
    let workers = std::thread::available_parallelism()?.get();
    let server = move || App::new().default_service(web::to(answer));
    actix_web::rt::System::new()
        .block_on(async move { HttpServer::new(server).workers(workers).bind(listen)?.run().await })
}

/// Starts this program as that server.
///
/// # Errors
/// When it does not answer.
pub async fn start(listen: SocketAddr) -> anyhow::Result<Child> {
    let child = Command::new(std::env::current_exe()?)
        .args(["floor", &listen.to_string()])
        .kill_on_drop(true)
        .spawn()
        .context("the bare server does not start")?;
    let answers = async {
        while tokio::net::TcpStream::connect(listen).await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, answers).await.context("the bare server does not answer")?;
    Ok(child)
}
