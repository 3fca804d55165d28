\set task random(0, :tasks - 1)
SELECT id, title, description, status, priority, due_date, assignee_id, assignee_email, created_by, version,
    created_at, updated_at, completed_at, deleted_at, due_key, title_key
FROM task.tasks WHERE id = ('00000002-0000-7000-8000-' || lpad(to_hex((:task)::bigint), 12, '0'))::uuid LIMIT 1;
