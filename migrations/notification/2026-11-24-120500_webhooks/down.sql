CREATE OR REPLACE VIEW deliveries AS
    SELECT id, 'email'::text AS channel, user_id, type, task_id, subject, address AS recipient, state AS status, attempts,
        answer, created_at, next_attempt_at, settled_at
    FROM mails;
DROP TABLE webhook_deliveries;
DROP TABLE webhooks;
