-- The second factor of an account.
CREATE TABLE one_time_passwords (
    user_id      uuid PRIMARY KEY REFERENCES users,
    secret       bytea NOT NULL,                        -- sealed: the database alone cannot open it
    created_at   timestamptz NOT NULL,
    confirmed_at timestamptz,                           -- asked for at login since then
    last_step    bigint NOT NULL DEFAULT 0              -- the latest time step whose code was used
);

-- Recovery codes that are not used yet.
CREATE TABLE recovery_codes (
    user_id uuid NOT NULL REFERENCES one_time_passwords ON DELETE CASCADE,
    hash    bytea NOT NULL,                             -- keyed by the pepper
    PRIMARY KEY (user_id, hash)
);
