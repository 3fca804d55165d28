-- Feeds: what calendars and news readers fetch by a secret URL. One of a kind each; a new one voids the one before.
CREATE TABLE feeds (
    id          uuid PRIMARY KEY,
    user_id     uuid NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('tasks', 'notifications')),
    secret_hash bytea NOT NULL UNIQUE,                  -- SHA-256; the secret itself is shown once and not kept
    created_at  timestamptz NOT NULL DEFAULT now(),
    UNIQUE (user_id, kind)
);
