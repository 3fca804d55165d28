-- Whoever owns a webhook is told when it is disabled. Wider than before, so it holds for every row that is there; the next
-- release may validate it.
SET lock_timeout = '2s';
ALTER TABLE notifications DROP CONSTRAINT notifications_type_check;
ALTER TABLE notifications ADD CONSTRAINT notifications_type_check CHECK (type IN ('assigned', 're-assigned', 'unassigned',
    'task_due', 'task_overdue', 'status_changed', 'webhook_disabled')) NOT VALID;
