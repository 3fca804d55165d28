\set task random(0, :tasks - 1)
SELECT id, title, description, status, priority, due_date, assignee_id, assignee_email, created_by, version,
    created_at, updated_at, completed_at, deleted_at, due_key, title_key
FROM task.tasks WHERE id = {task} LIMIT 1;
