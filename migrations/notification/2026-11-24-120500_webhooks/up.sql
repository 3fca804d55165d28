-- Webhooks: where somebody's own programs are told, and what is on its way there. A delivery is written in the transaction
-- of what it tells of; its key makes it one per webhook and event, so that nothing is lost and nothing is queued twice.

CREATE TABLE webhooks (
    id                  uuid PRIMARY KEY,
    user_id             uuid NOT NULL,                  -- whose it is
    scope               text NOT NULL CHECK (scope IN ('own', 'all')), -- their notifications, or (administrators) all events
    url                 text NOT NULL,
    description         text NOT NULL,
    event_types         text[] NOT NULL,                -- empty: all of the scope
    secret              bytea NOT NULL,                 -- signs deliveries
    former_secret       bytea,                          -- signs beside it for a while after a rotation
    former_secret_until timestamptz,
    status              text NOT NULL CHECK (status IN ('enabled', 'disabled')),
    disabled_reason     text CHECK (disabled_reason IN ('requested', 'gone', 'failing')),
    failing_since       timestamptz,                    -- the first failure after the last success
    version             bigint NOT NULL,
    created_at          timestamptz NOT NULL DEFAULT now(),
    updated_at          timestamptz NOT NULL DEFAULT now(),
    CHECK ((status = 'disabled') = (disabled_reason IS NOT NULL)),
    CHECK ((former_secret IS NULL) = (former_secret_until IS NULL))
);
CREATE INDEX webhooks_of_user ON webhooks (user_id, id);
CREATE INDEX webhooks_listening ON webhooks (scope, user_id) WHERE status = 'enabled';

CREATE TABLE webhook_deliveries (
    id              uuid PRIMARY KEY,
    webhook_id      uuid NOT NULL REFERENCES webhooks ON DELETE CASCADE,
    event_id        uuid NOT NULL,                      -- the header webhook-id: the same at every attempt
    type            text NOT NULL,
    task_id         uuid,
    payload         text NOT NULL,                      -- the body, byte for byte: it is signed
    state           text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'failed', 'skipped')),
    attempts        integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL DEFAULT now(), -- while it is being sent: the end of the lease
    leased_until    timestamptz,                        -- while it is being sent
    give_up_at      timestamptz NOT NULL DEFAULT now() + interval '24 hours',
    response_status smallint,                           -- of the last attempt that was answered
    response_body   text,                               -- its first bytes
    answer          text,                               -- the last attempt in a line, or why it was not sent
    duration_ms     integer,                            -- of the last attempt
    created_at      timestamptz NOT NULL DEFAULT now(),
    settled_at      timestamptz,
    UNIQUE (webhook_id, event_id),
    CHECK ((state = 'queued') = (settled_at IS NULL))
);
CREATE INDEX webhook_deliveries_queued ON webhook_deliveries (webhook_id, next_attempt_at) WHERE state = 'queued';
CREATE INDEX webhook_deliveries_settled ON webhook_deliveries (settled_at) WHERE state <> 'queued';
CREATE INDEX webhook_deliveries_log ON webhook_deliveries (webhook_id, id);

CREATE OR REPLACE VIEW deliveries AS
    SELECT id, 'email'::text AS channel, user_id, type, task_id, subject, address AS recipient, state AS status, attempts,
        answer, created_at, next_attempt_at, settled_at
    FROM mails
    UNION ALL
    SELECT d.id, 'webhook'::text, w.user_id, d.type, d.task_id, d.type, w.url, d.state, d.attempts,
        d.answer, d.created_at, d.next_attempt_at, d.settled_at
    FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id;
