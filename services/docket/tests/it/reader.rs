//! Programs that we did not write, started on what we write: a script in Python or JavaScript, a line in, lines out.
//! `.ci/install` installs what they need; where it is missing it is said aloud, and under `REQUIRE_READERS` it is a failure.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    process::{Child, ChildStdout, Command},
};

/// A running reader.
pub struct Reader {
    _child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Reader {
    /// Starts the script, named from `tests` on, on this input; `None`, and said aloud, where what it needs is not
    /// installed.
    pub async fn start(script: &str, input: &str) -> Option<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let packages = root.join(".ci");
        let (program, needed): (PathBuf, PathBuf) = if script.ends_with(".py") {
            let venv = root.join("target/ci/venv");
            (venv.join("bin/python"), venv.join("installed"))
        } else {
            ("node".into(), packages.join("node_modules/standardwebhooks"))
        };
        if !needed.exists() {
            let required = std::env::var_os("REQUIRE_READERS").is_some();
            assert!(!required, "REQUIRE_READERS is set, and there is no {}", needed.display());
            eprintln!("NOT TESTED: {script}, because there is no {}", needed.display());
            return None;
        }
        let mut child = Command::new(program)
            .arg(root.join("services/docket/tests").join(script))
            .env("PACKAGES", &packages)
            // Scripts read each other here.
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).await.unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Some(Self { _child: child, lines })
    }

    pub async fn line(&mut self) -> Value {
        self.line_within(testkit::PATIENCE).await
    }

    /// The next line, of a reader that has much to do before.
    pub async fn line_within(&mut self, patience: Duration) -> Value {
        let line = tokio::time::timeout(patience, self.lines.next_line()).await;
        let line = line.expect("a line in time").unwrap().expect("a line");
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("JSON: {line}"))
    }
}

/// What the script answers first.
pub async fn read(script: &str, input: &str) -> Option<Value> {
    Some(Reader::start(script, input).await?.line().await)
}
