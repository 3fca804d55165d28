-- The directory of one service, in that service's own schema. Copy it into the first migration.
-- What this service knows of accounts, from `user.*` events; guarded by `sequence`, so order and repetition do not matter.
CREATE TABLE directory_users (
    id         uuid PRIMARY KEY,
    email      text NOT NULL,
    username   text,
    role       text NOT NULL CHECK (role IN ('admin', 'user')),
    is_active  boolean NOT NULL,
    timezone   text NOT NULL,
    not_before timestamptz,                             -- access tokens issued before it are void
    deleted    boolean NOT NULL DEFAULT false,
    sequence   bigint NOT NULL,                         -- version of the account
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX directory_users_changed ON directory_users (changed_at);
CREATE INDEX directory_users_email ON directory_users (lower(email)) WHERE NOT deleted;

-- Sessions that ended before their time; kept until their last access token has expired.
CREATE TABLE directory_ended_sessions (
    sid      uuid PRIMARY KEY,
    ended_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX directory_ended_sessions_ended ON directory_ended_sessions (ended_at);
