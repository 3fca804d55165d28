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
-- Large at one end and changing at the other: vacuumed long before a fifth of it has changed.
ALTER TABLE outbox SET (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);
CREATE INDEX outbox_unsent ON outbox (id) WHERE sent_at IS NULL;
-- Almost always empty: it lets the relay see at once which aggregates must wait.
CREATE INDEX outbox_failing ON outbox (aggregate_id, id) WHERE sent_at IS NULL AND attempts > 0;
CREATE INDEX outbox_sent ON outbox (sent_at) WHERE sent_at IS NOT NULL;
