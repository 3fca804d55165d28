-- The digest: mails of those who want one a day or a week are gathered, and go as one.
SET lock_timeout = '2s';

ALTER TABLE mails
    ADD COLUMN language text NOT NULL DEFAULT 'en',     -- of its words
    ADD COLUMN digest_id uuid,                          -- the mail that it went with
    DROP CONSTRAINT mails_state_check,
    ADD CONSTRAINT mails_state_check
        CHECK (state IN ('queued', 'sent', 'failed', 'skipped', 'gathered', 'digested')),
    DROP CONSTRAINT mails_check,
    ADD CONSTRAINT mails_check CHECK ((state IN ('queued', 'gathered')) = (settled_at IS NULL));
CREATE INDEX mails_gathered ON mails (user_id, created_at) WHERE state = 'gathered';
CREATE INDEX mails_digested ON mails (digest_id) WHERE digest_id IS NOT NULL;

-- A row means: this person's digest of this day (where they live) is made. Its key is what makes it one.
CREATE TABLE digests (
    user_id    uuid NOT NULL,
    local_date date NOT NULL,
    mail_id    uuid NOT NULL,
    made_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, local_date)
);
CREATE INDEX digests_made ON digests (made_at);
