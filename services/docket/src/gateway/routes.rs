//! Which service answers which path: the whole table, and nothing else. `deploy/gateway/default.conf.template` says the
//! same to nginx.

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
    if is_under(path, "/api/tasks/import") { 16 * 1024 * 1024 } else { service_kit::http::body::BODY_LIMIT }
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
    fn only_imports_may_be_large() {
        assert_eq!(body_limit("/api/tasks/import/"), 16 * 1024 * 1024);
        for path in ["/api/tasks/", "/api/tasks/imports/", "/api/users/import/"] {
            assert_eq!(body_limit(path), 64 * 1024, "{path}");
        }
    }
}
