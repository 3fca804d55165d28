//! Fills a fresh installation by SQL: what would take the API an hour.

use anyhow::Context as _;
use diesel::{Connection as _, PgConnection, connection::SimpleConnection as _};
use uuid::Uuid;

use crate::options::Options;

/// Ids are numbers with a prefix, so that nobody has to ask for them.
const TASK: u128 = 0x0000_0002_0000_7000_8000_0000_0000_0000;

/// The id of task `number`, from 0. It is assigned to user `number % users`.
#[must_use]
pub fn task(number: u32) -> Uuid {
    Uuid::from_u128(TASK + u128::from(number))
}

/// The address of user `number`; everybody has the administrator's password.
#[must_use]
pub fn email(number: u32) -> String {
    format!("user{number}@example.org")
}

/// Writes users, tasks with a row of history each, and notifications; the tables are vacuumed and analysed afterwards.
///
/// Nobody has mails sent: their cost is the mail server's, and is not part of any scenario.
///
/// # Errors
/// The database's.
pub fn fill(url: &str, options: &Options) -> anyhow::Result<()> {
    let Options { users, tasks, notifications, .. } = options;
    let of_user = id("00000001", "n");
    let directory = "(id, email, username, role, is_active, timezone, sequence) \
         SELECT id, email, username, role, is_active, timezone, version FROM \"user\".users ON CONFLICT DO NOTHING";
    let statements = [
        format!(
            "INSERT INTO \"user\".users (id, email, email_key, role, timezone, password_hash, created_at, updated_at) \
             SELECT {of_user}, 'user' || n || '@example.org', 'user' || n || '@example.org', 'user', 'UTC', \
                 (SELECT password_hash FROM \"user\".users WHERE role = 'admin'), now(), now() \
             FROM generate_series(0, {users} - 1) n"
        ),
        format!("INSERT INTO task.directory_users {directory}"),
        format!("INSERT INTO notification.directory_users {directory}"),
        format!(
            "INSERT INTO task.tasks (id, title, description, status, priority, due_date, assignee_id, assignee_email, \
                 created_by, version, created_at, updated_at, completed_at) \
             SELECT {task}, 'Task ' || n || ' of the quarter', repeat('What there is to know of it. ', 6), \
                 (ARRAY['todo', 'in-progress', 'completed'])[n % 3 + 1], n % 5, \
                 CASE WHEN n % 10 > 0 THEN date_trunc('hour', now()) + (48 + n % 9000) * interval '1 hour' END, \
                 {assignee}, 'user' || n % {users} || '@example.org', {assignee}, 1, \
                 now() - (n % 10000) * interval '1 minute', now() - (n % 10000) * interval '1 minute', \
                 CASE WHEN n % 3 = 2 THEN now() END \
             FROM generate_series(0, {tasks} - 1) n",
            task = id("00000002", "n"),
            assignee = id("00000001", &format!("n % {users}")),
        ),
        "INSERT INTO task.task_history (id, task_id, version, action, actor_id, at) \
         SELECT gen_random_uuid(), id, 1, 'created', created_by, created_at FROM task.tasks"
            .to_owned(),
        "INSERT INTO notification.tasks (id, title, assignee_id, created_by, due_date, status, deleted, sequence) \
         SELECT id, title, assignee_id, created_by, due_date, status, false, 1 FROM task.tasks"
            .to_owned(),
        format!(
            "INSERT INTO notification.notifications (id, event_id, user_id, position, type, task_id, task_title, message, \
                 actor_id, created_at, read_at) \
             SELECT {notification}, gen_random_uuid(), {user}, n / {users} + 1, 'assigned', {task}, \
                 'Task ' || n % {tasks} || ' of the quarter', 'You were assigned the task of the quarter.', {user}, \
                 now() - ({notifications} - n) * interval '1 second', CASE WHEN n % 2 = 1 AND n < {notifications} / 2 THEN now() END \
             FROM generate_series(0, {notifications} - 1) n",
            notification = id("00000003", "n"),
            user = id("00000001", &format!("n % {users}")),
            task = id("00000002", &format!("n % {tasks}")),
        ),
        "INSERT INTO notification.user_positions (user_id, latest) \
         SELECT user_id, max(position) FROM notification.notifications GROUP BY 1 \
         ON CONFLICT (user_id) DO UPDATE SET latest = excluded.latest"
            .to_owned(),
        format!(
            "INSERT INTO notification.preferences (user_id, remind_before_minutes, digest, digest_hour, version) \
             SELECT {of_user}, 1440, 'off', 8, 1 FROM generate_series(0, {users} - 1) n"
        ),
        format!(
            "INSERT INTO notification.preference_channels (user_id, type, in_app, email) \
             SELECT {of_user}, kind, true, false FROM generate_series(0, {users} - 1) n, \
                 unnest(ARRAY['assigned', 're-assigned', 'unassigned', 'task_due', 'task_overdue', 'status_changed']) kind"
        ),
        "VACUUM ANALYZE".to_owned(),
    ];
    let mut conn = PgConnection::establish(url).context("the database")?;
    for statement in statements {
        let what = statement.get(..60).unwrap_or(&statement).to_owned();
        conn.batch_execute(&statement).with_context(|| what)?;
    }
    Ok(())
}

/// An SQL expression: the id with that prefix of the number.
pub fn id(prefix: &str, number: &str) -> String {
    format!("('{prefix}-0000-7000-8000-' || lpad(to_hex(({number})::bigint), 12, '0'))::uuid")
}
