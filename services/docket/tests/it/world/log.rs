//! What services may say of what they do: a JSON object a line, and nothing that would let a reader of the log in.

use serde_json::Value;

use super::PASSWORD;

/// More than is logged by default, so that all that we might say is looked at.
pub const EVERYTHING_OF_OURS: &str = "info,tracing=warn,service_kit=debug,messaging=debug,directory=debug,mail=debug,\
     user_service=debug,task_service=debug,notification_service=debug";

/// How what must stay secret begins: passwords of these tests, signed tokens, personal tokens, secrets of webhooks, links
/// in mails, credentials in a request or in a URL.
const SECRETS: [&str; 9] = [
    PASSWORD,
    "eyJ",
    "dkt_",
    "whsec_",
    "#token=",
    "Bearer ",
    "docket_session=",
    "guest:guest",
    "/feeds/", // a path with a secret; templates of routes have `{secret}`
];

/// Fails at a line that should not be.
pub fn check(service: &str, line: &str) {
    let read: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("{service} said: {line}"));
    for key in ["time", "level", "target", "message"] {
        assert!(read[key].is_string(), "{service}: no {key} in {line}");
    }
    // A line of a request leads to all others of it, here and elsewhere.
    assert_eq!(read["request_id"].is_string(), read["traceparent"].is_string(), "{service}: {line}");
    let shown = line.replace("/feeds/{", "");
    for secret in SECRETS {
        assert!(!shown.contains(secret), "{service} lets out {secret}…: {line}");
    }
}

#[test]
fn a_line_with_a_secret_is_noticed() {
    let line = |message: &str| {
        format!(
            r#"{{"time":"t","level":"INFO","target":"t","message":"{message}","request_id":"r","traceparent":"t"}}"#
        )
    };
    check("a service", &line("GET /api/notifications/feeds/{secret}/tasks.ics"));
    for message in ["GET /api/notifications/feeds/x/tasks.ics", "Bearer x", "it was correct horse battery"] {
        assert!(std::panic::catch_unwind(|| check("a service", &line(message))).is_err(), "{message}");
    }
    assert!(std::panic::catch_unwind(|| check("a service", "not JSON")).is_err());
}
