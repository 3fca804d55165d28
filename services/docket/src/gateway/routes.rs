//! Which service answers which path: the whole table, and nothing else. `deploy/gateway/default.conf.template` says the
//! same to nginx.

use service_kit::http::body::BODY_LIMIT;
use task_service::limits;

/// A service behind the gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// Accounts, sessions, keys.
    User,
    /// Tasks.
    Task,
    /// Notifications, the dashboard, the documentation, and the web page.
    Notification,
}

/// Prefixes on segment boundaries; the first that fits decides, so a longer one stands before a shorter one. `None` is
/// never routed: what no line above it claims of the API, and the services' signs of life.
const ROUTES: [(&str, Option<Service>); 12] = [
    ("/api/users/dashboard", Some(Service::Notification)),
    ("/api/users", Some(Service::User)),
    ("/.well-known/jwks.json", Some(Service::User)),
    ("/api/tasks", Some(Service::Task)),
    ("/api/notifications", Some(Service::Notification)),
    ("/api/docs/swagger", Some(Service::Notification)),
    ("/api/docs/redoc", Some(Service::Notification)),
    ("/api/schema", Some(Service::Notification)),
    ("/api", None),
    ("/livez", None),
    ("/readyz", None),
    ("/metrics", None),
];

/// Prefixes whose bodies may be larger than [`BODY_LIMIT`]; longer ones first.
const BODY_LIMITS: [(&str, usize); 3] = [
    ("/api/tasks/import", limits::IMPORT_BODY),
    ("/api/tasks/bulk", limits::BULK_BODY),
    ("/api/tasks", limits::TASK_BODY),
];

/// The service that answers `path` (without its query, as it came on the wire), if any. Whatever is not in the table
/// belongs to the web page.
#[must_use]
pub fn route(path: &str) -> Option<Service> {
    ROUTES
        .iter()
        .find(|(prefix, _)| is_under(path, prefix))
        .map_or(Some(Service::Notification), |(_, to)| *to)
}

/// The most bytes that a body sent to `path` may have.
#[must_use]
pub fn body_limit(path: &str) -> usize {
    let special = BODY_LIMITS.iter().find(|(prefix, _)| is_under(path, prefix));
    special.map_or(BODY_LIMIT, |(_, limit)| *limit)
}

fn is_under(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_of_the_table_hides_a_later_one() {
        for (index, (prefix, _)) in ROUTES.iter().enumerate() {
            let first = ROUTES.iter().position(|(earlier, _)| is_under(prefix, earlier));
            assert_eq!(first, Some(index), "{prefix}");
        }
    }

    #[test]
    fn what_describes_many_tasks_may_be_larger_than_what_describes_one() {
        for (path, kib) in [
            ("/api/tasks/import/", 16 * 1024),
            ("/api/tasks/bulk", 4 * 1024),
            ("/api/tasks/", 256),
            ("/api/tasks/imports/", 256),
            ("/api/tasks/bulky", 256),
            ("/api/users/import/", 64),
        ] {
            assert_eq!(body_limit(path), kib * 1024, "{path}");
        }
    }
}
