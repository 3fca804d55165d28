-- The delivery log: what is on its way to people outside of the app, whatever the channel. Each channel has a queue of its
-- own; this is the one place to look at all of them.
SET lock_timeout = '2s';

ALTER TABLE mails ADD COLUMN address text;              -- where it went at the last attempt

-- The log is read from the newest: ids are in the order of time.
CREATE INDEX mails_log_of_user ON mails (user_id, id);
CREATE INDEX mails_log_failed ON mails (id) WHERE state = 'failed';

CREATE VIEW deliveries AS
    SELECT id, 'email'::text AS channel, user_id, type, task_id, subject, address AS recipient, state AS status, attempts,
        answer, created_at, next_attempt_at, settled_at
    FROM mails;
