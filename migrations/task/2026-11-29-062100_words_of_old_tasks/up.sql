-- A thousand at a time, each batch by a transaction of its own: nobody who writes waits for long. One statement, as COMMIT wants it.
DO $$
DECLARE
    place uuid := '00000000-0000-0000-0000-000000000000';
BEGIN
    WHILE place IS NOT NULL LOOP
        WITH batch AS (SELECT id, words FROM tasks WHERE id > place ORDER BY id LIMIT 1000),
            written AS (INSERT INTO task_words (task_id, words) SELECT id, words FROM batch ON CONFLICT DO NOTHING)
        SELECT (SELECT id FROM batch ORDER BY id DESC LIMIT 1) INTO place;
        COMMIT;
    END LOOP;
END
$$;
