-- Personal access tokens that were used here, as the user service described them when it was asked. The bus only takes
-- away: what it says is revoked is deleted, and stands in `directory_ended_sessions` for a day.
CREATE TABLE directory_tokens (
    hash       bytea PRIMARY KEY,                       -- SHA-256; the token itself is nowhere
    id         uuid NOT NULL,
    user_id    uuid NOT NULL,
    scopes     text[] NOT NULL,
    expires_at timestamptz,
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX directory_tokens_id ON directory_tokens (id);
CREATE INDEX directory_tokens_changed ON directory_tokens (changed_at);
