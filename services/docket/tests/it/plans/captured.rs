//! Every statement that a database runs, with its plan, as its server writes them into its log (`auto_explain`): also what
//! foreign keys and functions do behind a statement. Nobody has to name a statement for it to be here.

use std::{
    fs::File,
    io::{Read as _, Seek as _, SeekFrom},
    path::PathBuf,
};

use diesel::connection::SimpleConnection as _;
use serde_json::Value;
use testkit::TestDatabase;

/// A statement that ran.
pub struct Captured {
    /// The session's schema: whose statement it is.
    pub schema: String,
    /// Its text, binds as `$1`.
    pub text: String,
    /// The topmost node of its plan, with what it read.
    pub plan: Value,
}

/// Where the log stood.
pub struct Capture {
    log: PathBuf,
    begins: u64,
}

impl Capture {
    /// From now on, of each new session on `database`; `None`, and said aloud, where the server cannot or its log is
    /// elsewhere.
    pub fn begin(database: &TestDatabase) -> Option<Self> {
        let Some(log) = testkit::postgres_log() else {
            eprintln!("NOT TESTED: plans: the log of the server at DATABASE_URL is not here");
            return None;
        };
        let mut conn = database.connect("public");
        if let Err(error) = conn.batch_execute("LOAD 'auto_explain'") {
            eprintln!("NOT TESTED: plans: {error}");
            return None;
        }
        // Settings are those of sessions that begin after this. Of all databases here, this one alone has them.
        conn.batch_execute(
            "DO $$ BEGIN \
               EXECUTE format('ALTER DATABASE %I SET session_preload_libraries = auto_explain', current_database()); \
               EXECUTE format('ALTER DATABASE %I SET auto_explain.log_min_duration = 0', current_database()); \
               EXECUTE format('ALTER DATABASE %I SET auto_explain.log_nested_statements = on', current_database()); \
               EXECUTE format('ALTER DATABASE %I SET auto_explain.log_analyze = on', current_database()); \
               EXECUTE format('ALTER DATABASE %I SET auto_explain.log_timing = off', current_database()); \
               EXECUTE format('ALTER DATABASE %I SET auto_explain.log_settings = on', current_database()); \
               EXECUTE format('ALTER DATABASE %I SET auto_explain.log_format = json', current_database()); \
             END $$",
        )
        .unwrap();
        let begins = std::fs::metadata(&log).unwrap().len();
        Some(Self { log, begins })
    }

    /// What ran since.
    pub fn end(self) -> Vec<Captured> {
        let mut file = File::open(self.log).unwrap();
        file.seek(SeekFrom::Start(self.begins)).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        let log = String::from_utf8_lossy(&bytes);
        let mut lines = log.lines().peekable();
        let mut captured = Vec::new();
        while let Some(line) = lines.next() {
            if line.contains(" LOG:  duration: ") && line.ends_with(" plan:") {
                let mut json = String::new();
                while let Some(line) = lines.next_if(|line| line.starts_with('\t')) {
                    json.push_str(line);
                }
                let plan: Value = serde_json::from_str(&json).expect("a plan in JSON");
                captured.push(Captured {
                    schema: plan["Settings"]["search_path"].as_str().unwrap_or("bus").replace('"', ""),
                    text: plan["Query Text"].as_str().expect("its text").to_owned(),
                    plan: plan["Plan"].clone(),
                });
            }
        }
        captured
    }
}
