-- The public keys that access tokens are verified with, as last fetched from the user service: so that this service can
-- start again while that one is down.
CREATE TABLE known_keys (
    url        text PRIMARY KEY,                        -- of the JWKS
    jwks       text NOT NULL,
    fetched_at timestamptz NOT NULL DEFAULT now()
);
