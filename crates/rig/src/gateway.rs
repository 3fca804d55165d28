//! nginx with the template of `deploy/gateway`, as compose and Kubernetes run it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};

use crate::{addresses::Addresses, part::Program};

const TEMPLATE: &str = include_str!("../../../deploy/gateway/default.conf.template");

/// Everything around the template's server. One process without workers, so that a kill ends it whole.
const MAIN: &str = "daemon off; master_process off; pid nginx.pid; error_log error.log;\n\
    events { worker_connections 1024; }\n\
    http { client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;\n\
    uwsgi_temp_path uwsgi; scgi_temp_path scgi; include default.conf; }\n";

/// Writes its configuration into `directory`; tells how it is run.
pub fn lay_out(directory: &Path, at: &Addresses) -> anyhow::Result<Program> {
    fs::create_dir_all(directory)?;
    let mut server = TEMPLATE.to_owned();
    for (name, value) in [
        ("GATEWAY_LISTEN", at.front.to_string()),
        ("GATEWAY_OPS_LISTEN", at.front_ops.to_string()),
        ("USER_UPSTREAM", at.user.to_string()),
        ("TASK_UPSTREAM", at.task.to_string()),
        ("NOTIFICATION_UPSTREAM", at.notification.to_string()),
        ("NGINX_LOCAL_RESOLVERS", "127.0.0.1".to_owned()),
        ("PUBLIC_SCHEME", "http".to_owned()),
        ("TRUSTED_PROXY", "unix:".to_owned()),
        // All of our clients have one address.
        ("RATE_PER_SECOND", "100000".to_owned()),
        ("RATE_BURST", "100000".to_owned()),
    ] {
        server = server.replace(&format!("${{{name}}}"), &value);
    }
    if let Some((_, rest)) = server.split_once("${") {
        bail!(
            "the gateway's template has a variable that is not set: {}",
            rest.split('}').next().unwrap_or("")
        );
    }
    fs::write(directory.join("default.conf"), server)?;
    fs::write(directory.join("nginx.conf"), MAIN)?;
    let prefix = directory.to_string_lossy().into_owned();
    Ok(Program {
        path: installed().context("nginx is not installed (apt-get install nginx-light)")?,
        arguments: ["-e", "error.log", "-c", "nginx.conf", "-p", &prefix].map(str::to_owned).to_vec(),
        environment: Vec::new(),
        log: directory.join("access.log"),
    })
}

/// From the `PATH`, or where Debian puts it and a user's `PATH` does not look.
fn installed() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let directories = std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]);
    directories.map(|directory| directory.join("nginx")).find(|program| program.is_file())
}
