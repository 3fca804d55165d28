-- Tasks, their history, and what every service keeps beside its own tables.

CREATE TABLE tasks (
    id             uuid PRIMARY KEY,
    title          text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 255),
    description    text NOT NULL CHECK (char_length(description) <= 20000),
    status         text NOT NULL CHECK (status IN ('todo', 'in-progress', 'completed')),
    priority       smallint NOT NULL CHECK (priority BETWEEN 0 AND 4), -- none, low, medium, high, urgent: a number, so that it sorts
    due_date       timestamptz CHECK (due_date >= '1970-01-01 00:00:00+00' AND due_date < '10000-01-01 00:00:00+00'),
    assignee_id    uuid,
    assignee_email text,                                -- when assigned; the directory knows the present one
    created_by     uuid NOT NULL,
    version        bigint NOT NULL CHECK (version > 0),
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    completed_at   timestamptz,
    deleted_at     timestamptz,                         -- in the trash since

    -- What is sorted by is never null, so that a page starts by one comparison of (key, id): undated is after all dates.
    due_key        timestamptz NOT NULL GENERATED ALWAYS AS (coalesce(due_date, '10000-01-01 00:00:00+00')) STORED,
    -- Bytewise order of the lower-case title: the same on every machine, whatever its locale.
    title_key      text COLLATE "C" NOT NULL GENERATED ALWAYS AS (lower(title)) STORED,
    -- Stored, so that moving a status does not take a long description apart again.
    words          tsvector NOT NULL GENERATED ALWAYS AS (to_tsvector('simple', title || ' ' || description)) STORED,

    CHECK ((assignee_id IS NULL) = (assignee_email IS NULL)),
    CHECK ((status = 'completed') = (completed_at IS NOT NULL))
);

-- One index for each ordering of all tasks (administrators), read forwards and backwards …
CREATE INDEX tasks_due ON tasks (due_key, id) WHERE deleted_at IS NULL;
CREATE INDEX tasks_created ON tasks (created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX tasks_updated ON tasks (updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX tasks_priority ON tasks (priority, id) WHERE deleted_at IS NULL;
CREATE INDEX tasks_title ON tasks (title_key, id) WHERE deleted_at IS NULL;
-- … and of one assignee's.
CREATE INDEX tasks_mine_due ON tasks (assignee_id, due_key, id) WHERE deleted_at IS NULL;
CREATE INDEX tasks_mine_created ON tasks (assignee_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX tasks_mine_updated ON tasks (assignee_id, updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX tasks_mine_priority ON tasks (assignee_id, priority, id) WHERE deleted_at IS NULL;
CREATE INDEX tasks_mine_title ON tasks (assignee_id, title_key, id) WHERE deleted_at IS NULL;
-- The dashboard: one assignee's counts from the index alone, and the open ones by due date.
CREATE INDEX tasks_mine_status ON tasks (assignee_id, status, due_key, id) WHERE deleted_at IS NULL;
-- Everything that is overdue.
CREATE INDEX tasks_open_due ON tasks (due_key, id) WHERE deleted_at IS NULL AND status <> 'completed';
-- Words in title and description. What is still to be sorted in is read by every search, so it is kept short (KiB).
CREATE INDEX tasks_words ON tasks USING gin (words) WITH (gin_pending_list_limit = 512) WHERE deleted_at IS NULL;
-- The trash, and what is to be purged from it.
CREATE INDEX tasks_trash ON tasks (deleted_at, id) WHERE deleted_at IS NOT NULL;

-- What a client looks for: all of its words. plainto_tsquery quotes every one, so that nothing in the input is an
-- operator. The last word may still be being typed: from three letters on its beginning will do.
CREATE FUNCTION words_wanted(input text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN input ~ '\w{3}$' THEN (nullif(plainto_tsquery('simple', input)::text, '') || ':*')::tsquery
                ELSE plainto_tsquery('simple', input) END
$$;

-- One row per changed field, and one for each time that the task was created, deleted or restored.
CREATE TABLE task_history (
    id          uuid NOT NULL,
    task_id     uuid NOT NULL REFERENCES tasks ON DELETE CASCADE,
    version     bigint NOT NULL,                        -- of the task after the change
    action      text NOT NULL CHECK (action IN ('created', 'changed', 'deleted', 'restored')),
    field       text,
    from_value  text,
    to_value    text,
    actor_id    uuid,
    actor_email text,                                   -- at that time
    at          timestamptz NOT NULL,
    PRIMARY KEY (task_id, version, id),                 -- newest first is this index read backwards
    CHECK ((action = 'changed') = (field IS NOT NULL))
);

-- Events on their way to the bus.
CREATE TABLE outbox (
    id              bigserial PRIMARY KEY,              -- order of commits, per aggregate
    event_id        uuid NOT NULL,
    aggregate_id    uuid NOT NULL,                      -- the task: its events stay in order
    routing_key     text NOT NULL,
    body            text NOT NULL,                      -- the CloudEvent, sent byte for byte
    created_at      timestamptz NOT NULL DEFAULT now(),
    attempts        integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL DEFAULT now(),
    sent_at         timestamptz
);
CREATE INDEX outbox_unsent ON outbox (id) WHERE sent_at IS NULL;
-- Almost always empty: it lets the relay see at once which aggregates must wait.
CREATE INDEX outbox_failing ON outbox (aggregate_id, id) WHERE sent_at IS NULL AND attempts > 0;
CREATE INDEX outbox_sent ON outbox (sent_at) WHERE sent_at IS NOT NULL;

-- A row means: this consumer has done, in the same transaction, all that follows from this event.
CREATE TABLE inbox (
    consumer    text NOT NULL,
    event_id    uuid NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer, event_id)
);
CREATE INDEX inbox_received ON inbox (received_at);

-- Replies to requests that carried an Idempotency-Key, for 24 hours.
CREATE TABLE idempotency_keys (
    caller     text NOT NULL,
    route      text NOT NULL,
    key        text NOT NULL,
    digest     bytea NOT NULL,
    reply      jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (caller, route, key)
);
CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at);

-- What this service knows of accounts, from `user.*` events; guarded by `sequence`, so order and repetition do not matter.
CREATE TABLE directory_users (
    id         uuid PRIMARY KEY,
    email      text NOT NULL,
    username   text,
    role       text NOT NULL CHECK (role IN ('admin', 'user')),
    is_active  boolean NOT NULL,
    timezone   text NOT NULL,
    not_before timestamptz,                             -- access tokens issued before it are void
    deleted    boolean NOT NULL DEFAULT false,
    sequence   bigint NOT NULL,                         -- version of the account
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX directory_users_changed ON directory_users (changed_at);
CREATE INDEX directory_users_email ON directory_users (lower(email)) WHERE NOT deleted;

-- Sessions that ended before their time; kept until their last access token has expired.
CREATE TABLE directory_ended_sessions (
    sid      uuid PRIMARY KEY,
    ended_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX directory_ended_sessions_ended ON directory_ended_sessions (ended_at);
