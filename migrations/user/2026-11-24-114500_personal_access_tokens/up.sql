-- What programs sign in with in somebody's name. A token that is revoked is deleted; the lock on the owner's row guards
-- them all.
CREATE TABLE personal_access_tokens (
    id           uuid PRIMARY KEY,                      -- UUIDv7: its order is that of creation
    user_id      uuid NOT NULL REFERENCES users,
    name         text NOT NULL,
    hash         bytea NOT NULL,                        -- SHA-256; the token itself is nowhere
    hint         text NOT NULL,                         -- its first characters, to tell it from others
    scopes       text[] NOT NULL,
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz,
    last_used_at timestamptz                            -- to the minute
);
CREATE UNIQUE INDEX personal_access_tokens_hash ON personal_access_tokens (hash);
CREATE INDEX personal_access_tokens_user ON personal_access_tokens (user_id, id);
CREATE INDEX personal_access_tokens_expires ON personal_access_tokens (expires_at) WHERE expires_at IS NOT NULL;
