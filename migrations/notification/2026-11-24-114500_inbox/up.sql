-- The inbox: what is done with goes to the archive, what can wait is snoozed and comes back at the top.
SET lock_timeout = '2s';

ALTER TABLE notifications
    ADD COLUMN archived_at timestamptz,
    ADD COLUMN snoozed_until timestamptz,               -- set while it is away; taken away when it comes back
    ADD COLUMN first_position bigint;                   -- before it came back to a later one

-- Each list is read by an index of its own, in the order of positions.
DROP INDEX notifications_unread;
DROP INDEX notifications_read;
CREATE INDEX notifications_inbox ON notifications (user_id, position)
    WHERE archived_at IS NULL AND snoozed_until IS NULL AND deleted_at IS NULL;
CREATE INDEX notifications_unread ON notifications (user_id, position)
    WHERE read_at IS NULL AND archived_at IS NULL AND snoozed_until IS NULL AND deleted_at IS NULL;
CREATE INDEX notifications_read ON notifications (user_id, position)
    WHERE read_at IS NOT NULL AND archived_at IS NULL AND snoozed_until IS NULL AND deleted_at IS NULL;
CREATE INDEX notifications_archived ON notifications (user_id, position)
    WHERE archived_at IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX notifications_snoozed ON notifications (user_id, position)
    WHERE snoozed_until IS NOT NULL AND archived_at IS NULL AND deleted_at IS NULL;
CREATE INDEX notifications_of_task ON notifications (user_id, task_id, position) WHERE deleted_at IS NULL;
-- What comes back next.
CREATE INDEX notifications_coming_back ON notifications (snoozed_until)
    WHERE snoozed_until IS NOT NULL AND deleted_at IS NULL;
