-- The Postgres bus: what RabbitMQ is elsewhere, as three tables. Safe to run again, and run under an advisory lock.
CREATE SCHEMA IF NOT EXISTS bus;

CREATE TABLE IF NOT EXISTS bus.bindings (
    exchange text NOT NULL,
    queue    text NOT NULL,
    pattern  text NOT NULL,                             -- AMQP topic: `*` one word, `#` any number
    PRIMARY KEY (exchange, queue, pattern)
);

-- One row per message and queue. Deleted by the acknowledgement.
CREATE TABLE IF NOT EXISTS bus.messages (
    id           bigserial PRIMARY KEY,
    queue        text NOT NULL,
    event_id     uuid NOT NULL,
    routing_key  text NOT NULL,
    body         text NOT NULL,
    published_at timestamptz NOT NULL DEFAULT now(),
    leased_until timestamptz,                           -- in a consumer's hands until then
    attempts     integer NOT NULL DEFAULT 0             -- deliveries so far
);
CREATE INDEX IF NOT EXISTS messages_queue ON bus.messages (queue, id);

CREATE TABLE IF NOT EXISTS bus.dead (
    id           bigserial PRIMARY KEY,
    queue        text NOT NULL,
    event_id     uuid NOT NULL,
    routing_key  text NOT NULL,
    body         text NOT NULL,
    reason       text NOT NULL,
    published_at timestamptz NOT NULL,
    died_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS dead_queue ON bus.dead (queue, id);
