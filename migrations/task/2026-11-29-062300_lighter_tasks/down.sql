ALTER TABLE task_history ADD CONSTRAINT task_history_task_id_fkey FOREIGN KEY (task_id) REFERENCES tasks ON DELETE CASCADE;
ALTER TABLE tasks ADD COLUMN words tsvector NOT NULL GENERATED ALWAYS AS (to_tsvector('simple', title || ' ' || description)) STORED;
CREATE INDEX tasks_words ON tasks USING gin (words) WITH (gin_pending_list_limit = 512) WHERE deleted_at IS NULL;
