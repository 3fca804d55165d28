-- Files of tasks that were sent to be imported, and what became of them.
CREATE TABLE task_imports (
    id          uuid PRIMARY KEY,
    created_by  uuid NOT NULL,
    format      text NOT NULL CHECK (format IN ('csv', 'jsonl')),
    dry_run     boolean NOT NULL,
    state       text NOT NULL CHECK (state IN ('running', 'succeeded', 'failed')),
    lines       bigint NOT NULL,                        -- records read so far
    created     bigint NOT NULL,                        -- tasks written so far, or in all
    failed      bigint NOT NULL,                        -- lines with faults
    errors      jsonb NOT NULL,                         -- the first of them: [{line, errors}]
    detail      text,                                   -- why it failed, if the lines are not to blame
    created_at  timestamptz NOT NULL,
    alive_at    timestamptz NOT NULL,                   -- the last sign of life of whoever works on it
    finished_at timestamptz,
    CHECK ((state = 'running') = (finished_at IS NULL))
);
CREATE INDEX task_imports_created ON task_imports (created_at);
