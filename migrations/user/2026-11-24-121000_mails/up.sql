-- Mails on their way. What they say is made when they are sent: a row holds no token, and no token can be made from it
-- without the pepper.
CREATE TABLE mails (
    id              uuid PRIMARY KEY,                   -- UUIDv7; the Message-ID is made of it
    kind            text NOT NULL,
    user_id         uuid,                               -- whom it is about; none where anybody may have asked
    address         text NOT NULL,                      -- where it goes; of a password reset, what was typed
    client_address  text,                               -- of who asked for it
    user_agent      text,
    request_id      text,
    state           text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'failed', 'skipped')),
    attempts        integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL DEFAULT now(),
    created_at      timestamptz NOT NULL DEFAULT now(),
    settled_at      timestamptz,
    answer          text
);
CREATE INDEX mails_queued ON mails (next_attempt_at) WHERE state = 'queued';
CREATE INDEX mails_settled ON mails (settled_at) WHERE state <> 'queued';

-- Tokens by which somebody shows that they read the mail of an address: the present one of their account, or the next.
CREATE TABLE email_proofs (
    hash       bytea PRIMARY KEY,                       -- SHA-256 of the mailed token
    user_id    uuid NOT NULL REFERENCES users,
    email      text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX email_proofs_user ON email_proofs (user_id);
CREATE INDEX email_proofs_expires ON email_proofs (expires_at);

SET lock_timeout = '2s';
ALTER TABLE users ADD COLUMN email_verified_at timestamptz;
