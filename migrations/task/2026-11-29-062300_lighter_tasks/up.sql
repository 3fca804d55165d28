-- A task's own words and the index of them: `task_words` has them.
SET lock_timeout = '2s';
ALTER TABLE tasks DROP COLUMN words;
-- History is written by the statement that writes its task, and goes with it by a trigger: what the key looked up for every
-- row was known already.
ALTER TABLE task_history DROP CONSTRAINT task_history_task_id_fkey;
