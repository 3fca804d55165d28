DROP INDEX notifications_coming_back, notifications_of_task, notifications_snoozed, notifications_archived,
    notifications_read, notifications_unread, notifications_inbox;
ALTER TABLE notifications DROP COLUMN first_position, DROP COLUMN snoozed_until, DROP COLUMN archived_at;
CREATE INDEX notifications_unread ON notifications (user_id, position) WHERE read_at IS NULL AND deleted_at IS NULL;
CREATE INDEX notifications_read ON notifications (user_id, position) WHERE read_at IS NOT NULL AND deleted_at IS NULL;
