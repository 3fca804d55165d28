-- Accounts. The lock on a row of `users` guards all that belongs to the account: its sessions, their tokens, its resets.
CREATE TABLE users (
    id            uuid PRIMARY KEY,                     -- UUIDv7: its order is that of registration
    email         text NOT NULL,                        -- as it was given
    email_key     text NOT NULL,                        -- in lower case by Unicode's rules, whatever the database's locale
    username      text,
    role          text NOT NULL CHECK (role IN ('admin', 'user')),
    is_active     boolean NOT NULL DEFAULT true,
    timezone      text NOT NULL,
    password_hash text NOT NULL,
    not_before    timestamptz,                          -- access tokens issued before it are void
    version       bigint NOT NULL DEFAULT 1,
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    deleted_at    timestamptz
);
-- A deleted account's address is free again.
CREATE UNIQUE INDEX users_email_key ON users (email_key) WHERE deleted_at IS NULL;
CREATE INDEX users_active_admins ON users (id) WHERE role = 'admin' AND is_active AND deleted_at IS NULL;

-- Where somebody is signed in: the family of a refresh token. `id` is the `sid` of its access tokens.
CREATE TABLE sessions (
    id           uuid PRIMARY KEY,
    user_id      uuid NOT NULL REFERENCES users,
    user_agent   text,
    client       text NOT NULL,
    created_at   timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    ended_at     timestamptz
);
CREATE INDEX sessions_live ON sessions (user_id, id) WHERE ended_at IS NULL;
CREATE INDEX sessions_expires ON sessions (expires_at);
CREATE INDEX sessions_ended ON sessions (ended_at) WHERE ended_at IS NOT NULL;

-- Every refresh token of a live session, the spent ones too: a spent one that comes back betrays a theft.
CREATE TABLE refresh_tokens (
    hash       bytea PRIMARY KEY,                       -- SHA-256; the token itself is nowhere
    session_id uuid NOT NULL REFERENCES sessions ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    spent_at   timestamptz,
    seed       bytea                                    -- with the spent token it gives its successor again
);
CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);

CREATE TABLE password_resets (
    hash       bytea PRIMARY KEY,                       -- SHA-256 of the mailed token
    user_id    uuid NOT NULL REFERENCES users,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX password_resets_user ON password_resets (user_id);
CREATE INDEX password_resets_expires ON password_resets (expires_at);

CREATE TABLE signing_keys (
    kid          text PRIMARY KEY,                      -- RFC 7638 thumbprint
    private_der  bytea NOT NULL,                        -- Ed25519, PKCS#8 v1
    state        text NOT NULL CHECK (state IN ('next', 'current', 'retired')),
    published_at timestamptz NOT NULL,
    retired_at   timestamptz
);
CREATE UNIQUE INDEX signing_keys_state ON signing_keys (state) WHERE state <> 'retired';

-- Failed logins by account and client. Accounts are digests: what is typed there need not be an address.
CREATE TABLE login_failures (
    account       bytea NOT NULL,
    client        text NOT NULL,
    failures      integer NOT NULL,
    failed_at     timestamptz NOT NULL,
    blocked_until timestamptz NOT NULL,
    PRIMARY KEY (account, client)
);
CREATE INDEX login_failures_failed ON login_failures (failed_at);

-- How often a client did something in its present window.
CREATE TABLE client_windows (
    action     text NOT NULL,
    client     text NOT NULL,
    started_at timestamptz NOT NULL,
    count      integer NOT NULL,
    PRIMARY KEY (action, client)
);
CREATE INDEX client_windows_started ON client_windows (started_at);

-- What is done once in the life of an installation.
CREATE TABLE milestones (
    name       text PRIMARY KEY,
    reached_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE idempotency_keys (
    caller     text NOT NULL,
    route      text NOT NULL,
    key        text NOT NULL,
    digest     bytea NOT NULL,
    reply      jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (caller, route, key)
);
CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at);

-- The outbox of one service, in that service's own schema. Copy it into the first migration.
-- A row is written in the transaction of the change that it tells of, and is `sent` once the bus holds it durably.
CREATE TABLE outbox (
    id              bigserial PRIMARY KEY,              -- order of commits, per aggregate
    event_id        uuid NOT NULL,
    aggregate_id    uuid NOT NULL,                      -- the task or user: its events stay in order
    routing_key     text NOT NULL,
    body            text NOT NULL,                      -- the CloudEvent, sent byte for byte
    created_at      timestamptz NOT NULL DEFAULT now(),
    attempts        integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL DEFAULT now(),
    sent_at         timestamptz
);
CREATE INDEX outbox_unsent ON outbox (id) WHERE sent_at IS NULL;
-- Almost always empty: it lets the relay see at once which aggregates must wait.
CREATE INDEX outbox_failing ON outbox (aggregate_id, id) WHERE sent_at IS NULL AND attempts > 0;
CREATE INDEX outbox_sent ON outbox (sent_at) WHERE sent_at IS NOT NULL;
