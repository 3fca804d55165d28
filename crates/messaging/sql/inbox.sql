-- The inbox of one service, in that service's own schema. Copy it into the first migration.
-- A row means: this consumer has done, in the same transaction, all that follows from this event.
CREATE TABLE inbox (
    consumer    text NOT NULL,                          -- the queue, for instance `notification.events`
    event_id    uuid NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer, event_id)
);
CREATE INDEX inbox_received ON inbox (received_at);
