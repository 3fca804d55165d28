\set user random(0, :users - 1)
WITH task AS (
    INSERT INTO task.tasks (id, title, description, status, priority, due_date, assignee_id, assignee_email, created_by,
        version, created_at, updated_at)
    VALUES (gen_random_uuid(), 'Renew the certificate of the build server',
        'It ends on Friday; the new one is in the vault.', 'todo', 0, '2031-05-01T12:00:00Z',
        {user}, 'somebody@example.org',
        {user}, 1, now(), now())
    RETURNING id, created_by
), history AS (
    INSERT INTO task.task_history (id, task_id, version, action, actor_id, actor_email, at)
    SELECT gen_random_uuid(), id, 1, 'created', created_by, 'somebody@example.org', now() FROM task
)
-- As sent already, so that nobody hears of it: the notification is written here.
INSERT INTO task.outbox (event_id, aggregate_id, routing_key, body, sent_at)
SELECT gen_random_uuid(), id, key, repeat('what is said of a task; ', 40), now()
FROM task, unnest(ARRAY['task.created', 'task.assigned']) AS key;
WITH inbox AS (
    INSERT INTO notification.inbox (consumer, event_id) VALUES ('floor', gen_random_uuid()), ('floor', gen_random_uuid())
), task AS (
    INSERT INTO notification.tasks (id, title, assignee_id, created_by, due_date, status, deleted, sequence)
    VALUES (gen_random_uuid(), 'Renew the certificate of the build server',
        {user},
        {user}, '2031-05-01T12:00:00Z', 'todo', false, 1)
    RETURNING id, title
), place AS (
    INSERT INTO notification.user_positions AS last (user_id, latest)
    VALUES ({user}, 1)
    ON CONFLICT (user_id) DO UPDATE SET latest = last.latest + 1
    RETURNING user_id, latest
)
INSERT INTO notification.notifications (id, event_id, user_id, position, type, task_id, task_title, message, created_at)
SELECT gen_random_uuid(), gen_random_uuid(), user_id, latest, 'assigned', id, title, 'You were assigned a task.', now()
FROM task, place;
