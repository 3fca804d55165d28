-- What people are told, what they want to be told, reminders, and mails; and what every service keeps beside.

-- The place of each user's latest notification. Its row is locked while a notification is written, so that a user's
-- notifications become visible in the order of their positions: a stream that goes on after one has missed nothing.
CREATE TABLE user_positions (
    user_id uuid PRIMARY KEY,
    latest  bigint NOT NULL
);

CREATE TABLE notifications (
    id          uuid PRIMARY KEY,
    event_id    uuid NOT NULL,                          -- what it follows from: an event on the bus, or a reminder
    user_id     uuid NOT NULL,                          -- who is told
    position    bigint NOT NULL,                        -- order within the user's
    type        text NOT NULL CHECK (type IN ('assigned', 're-assigned', 'unassigned', 'task_due', 'task_overdue', 'status_changed')),
    task_id     uuid,
    task_title  text,                                   -- as it was then
    message     text NOT NULL,
    actor_id    uuid,                                   -- who did it; null for reminders
    actor_email text,
    created_at  timestamptz NOT NULL,
    read_at     timestamptz,
    deleted_at  timestamptz,                            -- the row stays a while, so that it never comes back
    UNIQUE (event_id, user_id)
);
CREATE UNIQUE INDEX notifications_of_user ON notifications (user_id, position);
CREATE INDEX notifications_unread ON notifications (user_id, position) WHERE read_at IS NULL AND deleted_at IS NULL;
CREATE INDEX notifications_read ON notifications (user_id, position) WHERE read_at IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX notifications_deleted ON notifications (deleted_at) WHERE deleted_at IS NOT NULL;

-- What somebody wants to be told, where it is not the usual.
CREATE TABLE preferences (
    user_id               uuid PRIMARY KEY,
    remind_before_minutes integer NOT NULL CHECK (remind_before_minutes BETWEEN 5 AND 20160),
    digest                text NOT NULL CHECK (digest IN ('off', 'daily')),
    digest_hour           smallint NOT NULL CHECK (digest_hour BETWEEN 0 AND 23), -- where they live
    version               bigint NOT NULL
);
CREATE TABLE preference_channels (
    user_id uuid NOT NULL REFERENCES preferences ON DELETE CASCADE,
    type    text NOT NULL,
    in_app  boolean NOT NULL,
    email   boolean NOT NULL,
    PRIMARY KEY (user_id, type)
);

-- What reminders need to know of tasks, from `task.*` events; guarded by `sequence`, so order and repetition do not matter.
CREATE TABLE tasks (
    id          uuid PRIMARY KEY,
    title       text NOT NULL,
    assignee_id uuid,
    created_by  uuid NOT NULL,
    due_date    timestamptz,
    status      text NOT NULL,
    deleted     boolean NOT NULL,
    sequence    bigint NOT NULL,                        -- version of the task
    changed_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);
-- What may be due for a reminder: the same condition as in the query.
CREATE INDEX tasks_open_due ON tasks (due_date)
    WHERE due_date IS NOT NULL AND assignee_id IS NOT NULL AND NOT deleted AND status <> 'completed';
CREATE INDEX tasks_deleted ON tasks (changed_at) WHERE deleted;

-- One row per reminder that fired, or that is too old to be sent. Its key is what makes a reminder happen once.
CREATE TABLE reminders (
    task_id      uuid NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('task_due', 'task_overdue')),
    due_date     timestamptz NOT NULL,
    lead_minutes integer NOT NULL,                      -- the assignee's at that time; 0 for overdue
    outcome      text NOT NULL CHECK (outcome IN ('told', 'missed')),
    fired_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (task_id, kind, due_date)
);
CREATE INDEX reminders_due ON reminders (due_date);

-- Mails on their way, and the log of those that went. Written in the transaction of the notification.
CREATE TABLE mails (
    id              uuid PRIMARY KEY,                   -- the notification's: its Message-ID is made of it
    event_id        uuid NOT NULL,
    user_id         uuid NOT NULL,
    type            text NOT NULL,
    task_id         uuid,
    subject         text NOT NULL,
    body            text NOT NULL,
    state           text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'failed', 'skipped')),
    attempts        integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL DEFAULT now(), -- while it is being sent: the end of the lease
    answer          text,                               -- the mail server's words, or why it was not sent
    created_at      timestamptz NOT NULL DEFAULT now(),
    settled_at      timestamptz,
    UNIQUE (event_id, user_id),
    CHECK ((state = 'queued') = (settled_at IS NULL))
);
CREATE INDEX mails_queued ON mails (next_attempt_at) WHERE state = 'queued';
CREATE INDEX mails_settled ON mails (settled_at) WHERE state <> 'queued';
CREATE INDEX mails_of_user ON mails (user_id);

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
