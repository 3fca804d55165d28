\set user random(0, :users - 1)
SELECT id, event_id, user_id, position, type, task_id, task_title, message, actor_id, actor_email,
    created_at, read_at, deleted_at, archived_at, snoozed_until, first_position
FROM notification.notifications
WHERE user_id = {user} AND deleted_at IS NULL
    AND archived_at IS NULL AND snoozed_until IS NULL AND read_at IS NULL
ORDER BY position DESC LIMIT 21;
