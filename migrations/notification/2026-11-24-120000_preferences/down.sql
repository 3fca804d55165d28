DROP INDEX reminders_once;
DELETE FROM reminders r USING reminders other
    WHERE (r.task_id, r.kind, r.due_date) = (other.task_id, other.kind, other.due_date) AND r.ctid > other.ctid;
ALTER TABLE reminders ADD PRIMARY KEY (task_id, kind, due_date);
ALTER TABLE reminders DROP COLUMN user_id;
ALTER TABLE preference_channels DROP COLUMN webhook;
UPDATE preferences SET digest = 'daily' WHERE digest = 'weekly';
ALTER TABLE preferences
    DROP CONSTRAINT preferences_digest_check,
    ADD CONSTRAINT preferences_digest_check CHECK (digest IN ('off', 'daily')),
    DROP COLUMN language, DROP COLUMN quiet_to_minute, DROP COLUMN quiet_from_minute, DROP COLUMN digest_weekday,
    DROP COLUMN remind_again_before_minutes;
