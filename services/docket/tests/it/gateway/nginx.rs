//! A real nginx with the template that compose and Kubernetes use, on a free port, as a child of the test.

use std::{
    fs::{self, File},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use docket::gateway::Upstreams;

pub struct Nginx {
    pub address: SocketAddr,
    pub ops_address: SocketAddr,
    child: Child,
    directory: PathBuf,
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // One process, without workers: nothing is left behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.directory);
    }
}

impl Nginx {
    /// `None`, and said aloud, where nginx is not installed; that is a failure where `REQUIRE_NGINX=1`.
    pub async fn start(upstreams: Upstreams) -> Option<Self> {
        Self::start_with(upstreams, &[]).await
    }

    /// [`Nginx::start`] with other values for some of the template's variables.
    pub async fn start_with(upstreams: Upstreams, changed: &[(&str, &str)]) -> Option<Self> {
        let Some(program) = installed() else {
            assert!(
                std::env::var_os("REQUIRE_NGINX").is_none(),
                "REQUIRE_NGINX is set, and there is no nginx"
            );
            eprintln!("SKIPPED for nginx, which is not installed (apt-get install nginx-light)");
            return None;
        };
        let directory = std::env::temp_dir().join(format!("docket-nginx-{}", uuid::Uuid::new_v4().simple()));
        fs::create_dir(&directory).unwrap();
        let (address, ops_address) = (free_address(), free_address());
        let mut variables = vec![
            ("GATEWAY_LISTEN", address.to_string()),
            ("GATEWAY_OPS_LISTEN", ops_address.to_string()),
            ("USER_UPSTREAM", upstreams.user.to_string()),
            ("TASK_UPSTREAM", upstreams.task.to_string()),
            ("NOTIFICATION_UPSTREAM", upstreams.notification.to_string()),
            ("NGINX_LOCAL_RESOLVERS", "127.0.0.1".to_owned()),
            ("PUBLIC_SCHEME", "http".to_owned()),
            ("TRUSTED_PROXY", "unix:".to_owned()),
            ("RATE_PER_SECOND", "1000".to_owned()),
            ("RATE_BURST", "1000".to_owned()),
        ];
        for (name, value) in &mut variables {
            if let Some((_, other)) = changed.iter().find(|(changed, _)| changed == name) {
                (*other).clone_into(value);
            }
        }
        let child = spawn(&program, &directory, &variables);
        let mut nginx = Self { address, ops_address, child, directory };
        testkit::eventually("nginx to listen", async || {
            if let Some(status) = nginx.child.try_wait().unwrap() {
                panic!("nginx: {status}: {}", nginx.read("error.log"));
            }
            TcpStream::connect(ops_address).ok()
        })
        .await;
        Some(nginx)
    }

    /// The access log so far.
    pub fn access_log(&self) -> String {
        self.read("stdout")
    }

    /// What it has said of errors so far.
    pub fn error_log(&self) -> String {
        self.read("error.log") + &self.read("stderr")
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.directory.join(name)).unwrap_or_default()
    }
}

/// From the `PATH`, or where Debian puts it and a user's `PATH` does not look.
fn installed() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let directories = std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]);
    directories.map(|directory| directory.join("nginx")).find(|program| program.is_file())
}

fn spawn(program: &Path, directory: &Path, variables: &[(&str, String)]) -> Child {
    let template = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/gateway/default.conf.template");
    let mut server = fs::read_to_string(template).unwrap();
    for (name, value) in variables {
        server = server.replace(&format!("${{{name}}}"), value);
    }
    assert!(!server.contains("${"), "a variable of the template that nobody sets");
    fs::write(directory.join("default.conf"), server).unwrap();
    let main = "daemon off; master_process off; pid nginx.pid; error_log error.log;\n\
                events { worker_connections 256; }\n\
                http { client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;\n\
                uwsgi_temp_path uwsgi; scgi_temp_path scgi; include default.conf; }\n";
    fs::write(directory.join("nginx.conf"), main).unwrap();
    let log = |name: &str| Stdio::from(File::create(directory.join(name)).unwrap());
    Command::new(program)
        .args(["-e", "error.log", "-c", "nginx.conf", "-p"])
        .arg(directory)
        .stdin(Stdio::null())
        .stdout(log("stdout"))
        .stderr(log("stderr"))
        .spawn()
        .unwrap()
}

fn free_address() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap()
}
