DELETE FROM notifications WHERE type = 'webhook_disabled';
DELETE FROM mails WHERE type = 'webhook_disabled';
DELETE FROM preference_channels WHERE type = 'webhook_disabled';
ALTER TABLE notifications DROP CONSTRAINT notifications_type_check;
ALTER TABLE notifications ADD CONSTRAINT notifications_type_check
    CHECK (type IN ('assigned', 're-assigned', 'unassigned', 'task_due', 'task_overdue', 'status_changed'));
