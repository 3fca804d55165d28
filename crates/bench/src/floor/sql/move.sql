-- One of a caller's tasks. It keeps its status, so that the next move of its caller is one; its row is as new as any.
\set user random(0, :connections - 1) * (:users / :connections)
\set task :user + :users * random(0, :tasks / :users - 1)
WITH task AS (
    UPDATE task.tasks SET (status, completed_at, version, updated_at) = ROW (status, completed_at, version + 1, now())
    WHERE id = {task}
    RETURNING id, version, status
), history AS (
    INSERT INTO task.task_history (id, task_id, version, action, field, from_value, to_value, actor_id, actor_email, at)
    SELECT gen_random_uuid(), id, version, 'changed', 'status', 'todo', status, {user},
        'somebody@example.org', now()
    FROM task
)
-- As sent already, so that nobody hears of it.
INSERT INTO task.outbox (event_id, aggregate_id, routing_key, body, sent_at)
SELECT gen_random_uuid(), id, 'task.status_changed', repeat('what is said of a move; ', 40), now() FROM task;
