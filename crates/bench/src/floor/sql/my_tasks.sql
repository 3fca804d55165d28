\set user random(0, :users - 1)
SELECT id, title, description, status, priority, due_date, assignee_id, assignee_email, created_by, version,
    created_at, updated_at, completed_at, deleted_at, due_key, title_key
FROM task.tasks WHERE deleted_at IS NULL AND assignee_id = {user}
ORDER BY due_key, id LIMIT 21;
