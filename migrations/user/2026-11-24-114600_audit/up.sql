-- Who did what to which account, when, and from where: written in the transaction of what it tells of.
CREATE TABLE audit_entries (
    id             uuid PRIMARY KEY,                    -- UUIDv7: its order is that of time
    at             timestamptz NOT NULL,
    action         text NOT NULL,
    actor_id       uuid,                                -- none for the system itself, and for who did not get in
    actor_email    text,                                -- at that time
    target_id      uuid,
    target_email   text,
    client_address text,
    user_agent     text,
    request_id     text,
    details        jsonb NOT NULL                       -- never a secret
);
CREATE INDEX audit_entries_actor ON audit_entries (actor_id, id);
CREATE INDEX audit_entries_target ON audit_entries (target_id, id);
CREATE INDEX audit_entries_action ON audit_entries (action, id);
