DROP TABLE digests;
DROP INDEX mails_digested, mails_gathered;
UPDATE mails SET state = 'queued' WHERE state = 'gathered';
UPDATE mails SET state = 'skipped' WHERE state = 'digested';
ALTER TABLE mails
    DROP CONSTRAINT mails_check,
    ADD CONSTRAINT mails_check CHECK ((state = 'queued') = (settled_at IS NULL)),
    DROP CONSTRAINT mails_state_check,
    ADD CONSTRAINT mails_state_check CHECK (state IN ('queued', 'sent', 'failed', 'skipped')),
    DROP COLUMN digest_id, DROP COLUMN language;
