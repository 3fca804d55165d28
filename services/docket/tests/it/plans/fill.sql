-- Every table that grows, with 20,000 rows at least: ANALYZE looks at all of them then, so that its numbers, and with them
-- the plans, are the same each time. Number 7000 has a tenth of everything. Of each table the oldest 20 rows are over.
SET session_replication_role = replica;

-- As on an SSD; and twenty thousand rows are read as many more would be, rather than all at once because they are few.
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET random_page_cost = 1.1', current_database()); END $$;

CREATE FUNCTION pg_temp.uid(kind text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
    $$ SELECT (kind || '0000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$;
-- Whose the n-th row is.
CREATE FUNCTION pg_temp.whose(n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
    $$ SELECT pg_temp.uid('1', CASE WHEN n % 10 = 0 THEN 7000 ELSE n / 2 + 1 END) $$;

-- The user service.
SET search_path = "user";
INSERT INTO users (id, email, email_key, username, role, timezone, password_hash, created_at, updated_at)
    SELECT pg_temp.uid('1', n), 'known' || n || '@example.org', 'known' || n || '@example.org', 'Known ' || n, 'user', 'UTC',
        (SELECT password_hash FROM users WHERE role = 'admin'), now() - interval '1 day', now() FROM generate_series(1, 20000) n;
INSERT INTO sessions (id, user_id, client, created_at, last_used_at, expires_at, ended_at)
    SELECT pg_temp.uid('2', n), pg_temp.whose(n), '127.0.0.1', now(), now(),
        now() + CASE WHEN n <= 10 THEN -2 ELSE 20 END * interval '1 day', CASE WHEN n BETWEEN 11 AND 20 THEN now() - interval '2 days' END
    FROM generate_series(1, 20000) n;
INSERT INTO refresh_tokens (hash, session_id, created_at) SELECT sha256(n::text::bytea), pg_temp.uid('2', n), now()
    FROM generate_series(1, 20000) n;
INSERT INTO password_resets SELECT sha256(n::text::bytea), pg_temp.whose(n), now(), now() + CASE WHEN n <= 20 THEN -1 ELSE 1 END * interval '1 hour'
    FROM generate_series(1, 20000) n;
INSERT INTO email_proofs SELECT sha256(n::text::bytea), pg_temp.whose(n), 'e', now(), now() + CASE WHEN n <= 20 THEN -1 ELSE 1 END * interval '1 hour'
    FROM generate_series(1, 20000) n;
INSERT INTO login_failures SELECT sha256(n::text::bytea), 'client', 1, now() - CASE WHEN n <= 20 THEN 90 ELSE 0 END * interval '1 minute', now()
    FROM generate_series(1, 20000) n;
INSERT INTO client_windows SELECT 'register', 'client' || n, now() - CASE WHEN n <= 20 THEN 150 ELSE 0 END * interval '1 minute', 1 FROM generate_series(1, 20000) n;
INSERT INTO one_time_passwords (user_id, secret, created_at) SELECT pg_temp.uid('1', n), 'x', now() FROM generate_series(2, 20000) n;
INSERT INTO recovery_codes SELECT pg_temp.uid('1', n), 'x' FROM generate_series(2, 20000) n;
INSERT INTO personal_access_tokens (id, user_id, name, hash, hint, scopes, created_at, expires_at)
    SELECT pg_temp.uid('3', n), pg_temp.uid('1', n / 2 + 1), 'CI', sha256(n::text::bytea), 'dkt', '{}', now(),
        now() + CASE WHEN n <= 20 THEN -40 ELSE 20 END * interval '1 day' FROM generate_series(1, 20000) n;
INSERT INTO audit_entries (id, at, action, actor_id, target_id, details)
    SELECT pg_temp.uid('4', n), now() - CASE WHEN n <= 20 THEN interval '2 years' ELSE interval '0' END,
        (ARRAY['user.updated', 'login.succeeded', 'login.failed', 'session.ended'])[1 + n % 4], pg_temp.whose(n), pg_temp.whose(n), '{}'
    FROM generate_series(1, 20000) n;
INSERT INTO mails (id, kind, address, state, settled_at)
    SELECT pg_temp.uid('5', n), 'password_reset', 'a@example.org', 'sent', now() - CASE WHEN n <= 20 THEN 200 ELSE 1 END * interval '1 day' FROM generate_series(1, 20000) n;

-- The task service.
SET search_path = task;
INSERT INTO tasks (id, title, description, status, priority, due_date, assignee_id, assignee_email, created_by, version,
        created_at, updated_at, completed_at, deleted_at)
    SELECT pg_temp.uid('6', n), 'Task ' || n % 7000, 'words about number' || n, (ARRAY['todo', 'in-progress', 'completed'])[1 + n % 3], n % 5,
        CASE WHEN n % 4 > 0 THEN now() + (n % 5000 - 2) * interval '10 hours' END, pg_temp.whose(n), 'e', pg_temp.whose(n + 1), 1,
        now() - n * interval '1 minute', now() - n * interval '1 second', CASE WHEN n % 3 = 2 THEN now() END,
        CASE WHEN n <= 200 THEN now() - CASE WHEN n <= 20 THEN 40 ELSE 1 END * interval '1 day' END
    FROM generate_series(1, 20000) n;
INSERT INTO task_words (task_id, words) SELECT id, to_tsvector('simple', title || ' ' || description) FROM tasks;
INSERT INTO task_history (id, task_id, version, action, actor_id, at)
    SELECT pg_temp.uid('7', n), pg_temp.uid('6', n), 1, 'created', pg_temp.whose(n), now() FROM generate_series(1, 20000) n;
INSERT INTO task_imports (id, created_by, format, dry_run, state, lines, created, failed, errors, created_at, alive_at, finished_at)
    SELECT pg_temp.uid('8', n), pg_temp.whose(n), 'csv', false, 'succeeded', 1, 1, 0, '[]', now() - CASE WHEN n <= 20 THEN 100 ELSE 1 END * interval '1 day', now(), now()
    FROM generate_series(1, 20000) n;

-- The notification service.
SET search_path = notification;
INSERT INTO user_positions SELECT pg_temp.uid('1', n), 30000 FROM generate_series(1, 20000) n;
INSERT INTO notifications (id, event_id, user_id, position, type, task_id, task_title, message, created_at, read_at, deleted_at,
        archived_at, snoozed_until)
    SELECT pg_temp.uid('9', n), pg_temp.uid('a', n), pg_temp.whose(n), n, (ARRAY['assigned', 'task_due', 'status_changed'])[1 + n % 3],
        pg_temp.uid('6', n), 'Task', 'You were told.', now() - n * interval '1 minute', CASE WHEN n % 6 = 1 THEN now() END,
        CASE WHEN n <= 400 AND n % 10 > 0 THEN now() - CASE WHEN n <= 20 THEN 150 ELSE 1 END * interval '1 day' END, CASE WHEN n % 50 IN (5, 10) THEN now() END,
        CASE WHEN n % 50 IN (7, 20) THEN now() + (n % 40 - 2) * interval '1 hour' END
    FROM generate_series(1, 20000) n;
INSERT INTO preferences (user_id, remind_before_minutes, digest, digest_hour, version)
    SELECT pg_temp.uid('1', n), 1440, CASE WHEN n % 10 = 0 THEN 'daily' ELSE 'off' END, 0, 1 FROM generate_series(1, 20000) n;
INSERT INTO preference_channels (user_id, type, in_app, email)
    SELECT pg_temp.uid('1', n), 'assigned', true, false FROM generate_series(1, 20000) n;
INSERT INTO tasks (id, title, assignee_id, created_by, due_date, status, deleted, sequence, changed_at)
    SELECT id, title, assignee_id, created_by, due_date, status, deleted_at IS NOT NULL, 1, coalesce(deleted_at, now()) FROM task.tasks;
INSERT INTO reminders (task_id, kind, due_date, lead_minutes, outcome)
    SELECT id, 'task_overdue', due_date, 0, 'told' FROM tasks WHERE due_date < now() - interval '1 hour';
INSERT INTO reminders (task_id, kind, due_date, lead_minutes, outcome)
    SELECT pg_temp.uid('b', n), 'task_due', now() - CASE WHEN n <= 20 THEN 500 ELSE 1 + n % 300 END * interval '1 day', 1440, 'told' FROM generate_series(1, 20000) n;
INSERT INTO mails (id, event_id, user_id, type, task_id, subject, body, state, next_attempt_at, created_at, settled_at)
    SELECT pg_temp.uid('9', n), pg_temp.uid('a', n), pg_temp.whose(n), 'assigned', pg_temp.uid('6', n), 's', 'b', state,
        now() + interval '1 day', now() - interval '2 days', CASE WHEN state IN ('sent', 'failed') THEN now() - CASE WHEN n > 19980 THEN 200 ELSE 1 END * interval '1 day' END
    FROM (SELECT n, CASE WHEN n <= 100 THEN 'queued' WHEN n <= 200 THEN 'gathered' WHEN n <= 300 THEN 'failed' ELSE 'sent' END AS state
        FROM generate_series(1, 20000) n) mails;
INSERT INTO webhooks (id, user_id, scope, url, description, event_types, secret, status, version)
    SELECT pg_temp.uid('c', n), pg_temp.uid('1', n), 'own', 'https://webhook.invalid/', '', '{}', 'x', 'enabled', 1 FROM generate_series(1, 20000) n;
INSERT INTO webhook_deliveries (id, webhook_id, event_id, type, payload, state, next_attempt_at, settled_at)
    SELECT pg_temp.uid('d', n), pg_temp.uid('c', CASE WHEN n % 10 = 0 THEN 7000 ELSE n / 2 + 1 END), pg_temp.uid('a', n), 'notification', '{}', state,
        now() + interval '1 day', CASE WHEN state <> 'queued' THEN now() - CASE WHEN n > 19980 THEN 200 ELSE 1 END * interval '1 day' END
    FROM (SELECT n, CASE WHEN n <= 100 THEN 'queued' WHEN n <= 200 THEN 'failed' ELSE 'sent' END AS state FROM generate_series(1, 20000) n) deliveries;
INSERT INTO digests SELECT pg_temp.uid('1', n), current_date - 1, pg_temp.uid('e', n), now() - CASE WHEN n <= 20 THEN 200 ELSE 1 END * interval '1 day'
    FROM generate_series(1, 20000) n;
INSERT INTO feeds (id, user_id, kind, secret_hash) SELECT pg_temp.uid('f', n), pg_temp.uid('1', n), 'tasks', sha256(n::text::bytea)
    FROM generate_series(1, 20000) n;

-- What lies in wait, in the Postgres bus.
INSERT INTO bus.messages (queue, event_id, routing_key, body) SELECT 'elsewhere', gen_random_uuid(), 'task.updated', '{}'
    FROM generate_series(1, 20000);
INSERT INTO bus.dead (queue, event_id, routing_key, body, reason, published_at)
    SELECT 'elsewhere', gen_random_uuid(), 'task.updated', '{}', 'x', now() FROM generate_series(1, 20000);

-- What several services have of the same name and shape; nothing is vacuumed or analysed behind the test's back.
DO $$
DECLARE one record;
BEGIN
    FOR one IN SELECT schemaname AS schema, tablename AS name, format('%I.%I', schemaname, tablename) AS place
        FROM pg_tables WHERE schemaname IN ('user', 'task', 'notification', 'bus')
    LOOP
        EXECUTE format('ALTER TABLE %s SET (autovacuum_enabled = false)', one.place);
        IF one.name = 'outbox' THEN
            EXECUTE format('INSERT INTO %s (event_id, aggregate_id, routing_key, body, sent_at)
                SELECT pg_temp.uid(''a'', n), pg_temp.uid(''6'', n), ''task.updated'', ''{}'', now() - CASE WHEN n <= 20 THEN 8 ELSE 1 END * interval ''1 day''
                FROM generate_series(1, 20000) n', one.place);
        ELSIF one.name = 'inbox' THEN
            EXECUTE format('INSERT INTO %s SELECT ''consumer'', pg_temp.uid(''a'', n), now() - CASE WHEN n <= 20 THEN 100 ELSE 1 END * interval ''1 day''
                FROM generate_series(1, 20000) n', one.place);
        ELSIF one.name = 'idempotency_keys' THEN
            EXECUTE format('INSERT INTO %s SELECT pg_temp.uid(''1'', n), ''route'', ''key'', ''x'', ''{}'', now() - CASE WHEN n <= 20 THEN 30 ELSE 1 END * interval ''1 hour''
                FROM generate_series(1, 20000) n', one.place);
        ELSIF one.name = 'directory_users' THEN
            EXECUTE format('INSERT INTO %s (id, email, role, is_active, timezone, sequence, changed_at)
                SELECT id, email, role, true, timezone, 1, now() - interval ''1 day'' FROM "user".users ON CONFLICT DO NOTHING', one.place);
        ELSIF one.name = 'directory_ended_sessions' THEN
            EXECUTE format('INSERT INTO %s SELECT pg_temp.uid(''2'', n), now() - CASE WHEN n <= 20 THEN 30 ELSE 1 END * interval ''1 hour''
                FROM generate_series(1, 20000) n', one.place);
        ELSIF one.name = 'directory_tokens' THEN
            EXECUTE format('INSERT INTO %s SELECT sha256(n::text::bytea), pg_temp.uid(''3'', n), pg_temp.uid(''1'', n / 2 + 1), ''{}'',
                now() + CASE WHEN n <= 20 THEN -1 ELSE 20 END * interval ''1 day'', now() - interval ''1 day'' FROM generate_series(1, 20000) n', one.place);
        END IF;
    END LOOP;
END $$;
RESET session_replication_role;
