\set user random(0, :users - 1)
SELECT id, email, username, role, timezone, is_active, version, created_at, updated_at
FROM "user".users WHERE id = {user};
SELECT counts.*, open.* FROM (
    SELECT count(*) FILTER (WHERE status = 'todo') AS todo,
        count(*) FILTER (WHERE status = 'in-progress') AS in_progress,
        count(*) FILTER (WHERE status = 'completed') AS completed,
        count(*) FILTER (WHERE status <> 'completed' AND due_key BETWEEN now() AND now() + interval '24 hours') AS task_due,
        count(*) FILTER (WHERE status <> 'completed' AND due_key < now()) AS overdue
    FROM task.tasks WHERE assignee_id = {user} AND deleted_at IS NULL
) AS counts LEFT JOIN (
    (SELECT * FROM task.tasks
     WHERE assignee_id = {user} AND deleted_at IS NULL AND status = 'todo'
     ORDER BY due_key, id LIMIT 20)
    UNION ALL
    (SELECT * FROM task.tasks
     WHERE assignee_id = {user} AND deleted_at IS NULL AND status = 'in-progress'
     ORDER BY due_key, id LIMIT 20)
    ORDER BY due_key, id LIMIT 20
) AS open ON true;
SELECT id, event_id, user_id, position, type, task_id, task_title, message, actor_id, actor_email,
    created_at, read_at, deleted_at, archived_at, snoozed_until, first_position,
    (SELECT count(*) FROM notification.notifications
     WHERE user_id = {user} AND deleted_at IS NULL
         AND archived_at IS NULL AND snoozed_until IS NULL AND read_at IS NULL)
FROM notification.notifications
WHERE user_id = {user} AND deleted_at IS NULL
    AND archived_at IS NULL AND snoozed_until IS NULL AND read_at IS NULL
ORDER BY position DESC LIMIT 20;
