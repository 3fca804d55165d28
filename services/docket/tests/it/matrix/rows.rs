//! The table: one line for each operation. A new route needs one more; the test says which.

use super::subject::Subject::{self, *};

/// What one operation answers.
pub struct Row {
    /// Its operation id.
    pub operation: &'static str,
    /// What its path names, made anew for every caller.
    pub subject: Subject,
    /// A body that is acceptable, so that the answer is decided by who asks; empty where there is none. `{new}` in it
    /// stands for text that was never sent before.
    pub body: &'static str,
    /// Statuses for: anonymous, a stranger, the assignee (or owner) of the subject, an administrator.
    ///
    /// A disabled account is answered 401 wherever a token is taken, else as an anonymous caller. An administrator's
    /// personal access token is answered as they are with the scopes that the document names, and 403 with all others.
    pub answers: [u16; 4],
}

const fn row(operation: &'static str, subject: Subject, body: &'static str, answers: [u16; 4]) -> Row {
    Row { operation, subject, body, answers }
}

/// Sorted by path.
#[rustfmt::skip]
pub const ROWS: &[Row] = &[
    row("read_jwks", Nothing, "", [200, 200, 200, 200]),

    row("list_notifications", Nothing, "", [401, 200, 200, 200]),
    row("read_notification_preferences", Nothing, "", [401, 200, 200, 200]),
    row("put_notification_preferences", Nothing, r#"{"digest": "off"}"#, [401, 200, 200, 200]),
    row("read_all_notifications", Nothing, "", [401, 200, 200, 200]),
    row("archive_all_notifications", Nothing, "", [401, 200, 200, 200]),
    row("list_notification_groups", Nothing, "", [401, 200, 200, 200]),
    row("stream_notifications", Nothing, "", [401, 200, 200, 200]),
    row("count_unread_notifications", Nothing, "", [401, 200, 200, 200]),
    row("read_notification", Notification, "", [401, 404, 200, 404]),
    row("update_notification", Notification, r#"{"is_read": true}"#, [401, 404, 200, 404]),
    row("delete_notification", Notification, "", [401, 404, 204, 404]),
    row("list_deliveries", Nothing, "", [401, 403, 403, 200]),
    row("read_delivery", Unknown, "", [401, 403, 403, 404]),
    row("retry_delivery", Unknown, "", [401, 403, 403, 404]),

    row("list_feeds", Nothing, "", [401, 200, 200, 200]),
    row("create_feed", Nothing, r#"{"kind": "tasks"}"#, [401, 201, 201, 201]),
    row("delete_feed", Feed, "", [401, 404, 204, 404]),
    // Whoever has the URL may read.
    row("read_task_calendar", SecretOfTasks, "", [200, 200, 200, 200]),
    row("read_notification_feed", SecretOfNotifications, "", [200, 200, 200, 200]),
    row("list_webhooks", Nothing, "", [401, 200, 200, 200]),
    row("create_webhook", Nothing, r#"{"url": "https://webhook.invalid/"}"#, [401, 201, 201, 201]),
    row("read_webhook", Webhook, "", [401, 404, 200, 404]),
    row("update_webhook", Webhook, r#"{"description": "New"}"#, [401, 404, 200, 404]),
    row("delete_webhook", Webhook, "", [401, 404, 204, 404]),
    row("rotate_webhook_secret", Webhook, "", [401, 404, 200, 404]),
    row("test_webhook", Webhook, "", [401, 404, 200, 404]),
    row("list_webhook_deliveries", Webhook, "", [401, 404, 200, 404]),
    row("read_webhook_delivery", WebhookDelivery, "", [401, 404, 200, 404]),
    // It is still being tried.
    row("redeliver_webhook_delivery", WebhookDelivery, "", [401, 404, 409, 404]),

    row("list_tasks", Nothing, "", [401, 200, 200, 200]),
    row("create_task", Nothing, r#"{"title": "T"}"#, [401, 403, 403, 201]),
    row("bulk_tasks", Nothing, r#"{"operations": [{"op": "create", "task": {"title": "T"}}]}"#, [401, 422, 422, 200]),
    row("export_tasks", Nothing, "", [401, 403, 403, 200]),
    row("import_tasks", Nothing, r#"{"title": "T"}"#, [401, 403, 403, 200]),
    row("read_import", Unknown, "", [401, 403, 403, 404]),
    row("read_task_summary", Nothing, "", [401, 200, 200, 200]),
    row("read_task", Task, "", [401, 404, 200, 200]),
    row("put_task", Task, r#"{"title": "T2"}"#, [401, 404, 403, 200]),
    row("update_task", Task, r#"{"status": "completed"}"#, [401, 404, 200, 200]),
    row("delete_task", Task, "", [401, 404, 403, 204]),
    row("list_task_history", Task, "", [401, 404, 200, 200]),
    row("restore_task", TrashedTask, "", [401, 404, 404, 200]),

    row("register_user", Nothing, r#"{"email": "{new}@example.org", "password": "correct horse battery", "role": "admin"}"#, [403, 403, 403, 201]),
    row("login_user", Nothing, r#"{"email": "{new}@example.org", "password": "x"}"#, [401, 401, 401, 401]),
    row("refresh_token", Nothing, r#"{"refresh": "x"}"#, [401, 401, 401, 401]),
    row("logout_user", Nothing, r#"{"refresh": "x"}"#, [204, 204, 204, 204]),
    row("request_password_reset", Nothing, r#"{"email": "nobody@example.org"}"#, [202, 202, 202, 202]),
    row("confirm_password_reset", Nothing, r#"{"token": "x", "new_password": "another good one 7"}"#, [422, 422, 422, 422]),

    row("read_dashboard", Nothing, "", [401, 200, 200, 200]),
    row("read_me", Nothing, "", [401, 200, 200, 200]),
    row("update_me", Nothing, r#"{"timezone": "UTC"}"#, [401, 200, 200, 200]),
    // Let through, and held against the current password.
    row("change_password", Nothing, r#"{"current_password": "x", "new_password": "another good one 7"}"#, [401, 422, 422, 422]),
    row("list_sessions", Nothing, "", [401, 200, 200, 200]),
    row("end_session", Session, "", [401, 404, 204, 404]),

    // Let through, and held against the current password, or against there being nothing to confirm or to reset.
    row("read_totp", Nothing, "", [401, 200, 200, 200]),
    row("enrol_totp", Nothing, r#"{"current_password": "x"}"#, [401, 422, 422, 422]),
    row("confirm_totp", Nothing, r#"{"code": "123456"}"#, [401, 409, 409, 409]),
    row("disable_totp", Nothing, r#"{"current_password": "x"}"#, [401, 422, 422, 422]),
    row("renew_recovery_codes", Nothing, r#"{"current_password": "x", "code": "123456"}"#, [401, 422, 422, 422]),
    row("reset_totp", Account, "", [401, 403, 403, 404]),

    row("list_personal_tokens", Nothing, "", [401, 200, 200, 200]),
    row("create_personal_token", Nothing, r#"{"name": "CI", "scopes": ["tasks:read"]}"#, [401, 201, 201, 201]),
    row("read_personal_token", PersonalToken, "", [401, 404, 200, 404]),
    row("revoke_personal_token", PersonalToken, "", [401, 404, 204, 404]),
    // Of a session there is none; a token is told what it is.
    row("read_current_token", Nothing, "", [401, 404, 404, 404]),

    row("list_users", Nothing, "", [401, 403, 403, 200]),
    row("read_user", Account, "", [401, 403, 403, 200]),
    row("update_user", Account, r#"{"username": "New"}"#, [401, 403, 403, 200]),
    row("delete_user", Account, "", [401, 403, 403, 204]),
];
