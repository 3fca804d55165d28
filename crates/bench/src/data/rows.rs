//! What there is: for each table, its columns and the SELECT that makes its rows.

use super::id;
use crate::options::Options;

const KINDS: &str = "unnest(ARRAY['assigned', 're-assigned', 'unassigned', 'task_due', 'task_overdue', 'status_changed']) kind";
const DIRECTORY: &str = "SELECT id, email, username, role, is_active, timezone, version FROM \"user\".users";

/// Tables in the order in which they are filled.
pub fn all(options: &Options) -> Vec<(&'static str, String)> {
    let Options { users, tasks, notifications, .. } = options;
    let of_user = id("00000001", "n");
    let whose = id("00000001", &format!("n % {users}"));
    vec![
        (
            "\"user\".users (id, email, email_key, role, timezone, password_hash, created_at, updated_at)",
            format!(
                "SELECT {of_user}, 'user' || n || '@example.org', 'user' || n || '@example.org', 'user', 'UTC', \
                     (SELECT password_hash FROM \"user\".users WHERE role = 'admin'), now(), now() \
                 FROM generate_series(0, {users} - 1) n"
            ),
        ),
        (
            "task.directory_users (id, email, username, role, is_active, timezone, sequence)",
            DIRECTORY.to_owned(),
        ),
        (
            "notification.directory_users (id, email, username, role, is_active, timezone, sequence)",
            DIRECTORY.to_owned(),
        ),
        (
            "task.tasks (id, title, description, status, priority, due_date, assignee_id, assignee_email, created_by, \
             version, created_at, updated_at, completed_at)",
            format!(
                "SELECT {task}, 'Task ' || n || ' of the quarter', repeat('What there is to know of it. ', 6), \
                     (ARRAY['todo', 'in-progress', 'completed'])[n % 3 + 1], n % 5, \
                     CASE WHEN n % 10 > 0 THEN date_trunc('hour', now()) + (48 + n % 9000) * interval '1 hour' END, \
                     {whose}, 'user' || n % {users} || '@example.org', {whose}, 1, \
                     now() - (n % 10000) * interval '1 minute', now() - (n % 10000) * interval '1 minute', \
                     CASE WHEN n % 3 = 2 THEN now() END \
                 FROM generate_series(0, {tasks} - 1) n",
                task = id("00000002", "n"),
            ),
        ),
        (
            "task.task_words (task_id, words)",
            "SELECT id, to_tsvector('simple', title || ' ' || description) FROM task.tasks".to_owned(),
        ),
        (
            "task.task_history (id, task_id, version, action, actor_id, at)",
            "SELECT gen_random_uuid(), id, 1, 'created', created_by, created_at FROM task.tasks".to_owned(),
        ),
        (
            "notification.tasks (id, title, assignee_id, created_by, due_date, status, deleted, sequence)",
            "SELECT id, title, assignee_id, created_by, due_date, status, false, 1 FROM task.tasks"
                .to_owned(),
        ),
        (
            "notification.notifications (id, event_id, user_id, position, type, task_id, task_title, message, actor_id, \
             created_at, read_at)",
            format!(
                "SELECT {notification}, {event}, {whose}, n / {users} + 1, 'assigned', {task}, \
                     'Task ' || n % {tasks} || ' of the quarter', 'You were assigned the task of the quarter.', {whose}, \
                     now() - ({notifications} - n) * interval '1 second', \
                     CASE WHEN n % 2 = 1 AND n < {notifications} / 2 THEN now() END \
                 FROM generate_series(0, {notifications} - 1) n",
                notification = id("00000003", "n"),
                event = id("00000004", "n"),
                task = id("00000002", &format!("n % {tasks}")),
            ),
        ),
        (
            "notification.user_positions (user_id, latest)",
            "SELECT user_id, max(position) FROM notification.notifications GROUP BY 1".to_owned(),
        ),
        (
            "notification.preferences (user_id, remind_before_minutes, digest, digest_hour, version)",
            format!("SELECT {of_user}, 1440, 'off', 8, 1 FROM generate_series(0, {users} - 1) n"),
        ),
        (
            "notification.preference_channels (user_id, type, in_app, email)",
            format!("SELECT {of_user}, kind, true, false FROM generate_series(0, {users} - 1) n, {KINDS}"),
        ),
    ]
}
