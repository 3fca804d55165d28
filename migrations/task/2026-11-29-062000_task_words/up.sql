-- The words that tasks are found by, beside the tasks: a task that only moves does not have them sorted in again.
SET lock_timeout = '2s';
CREATE TABLE task_words (
    task_id uuid PRIMARY KEY,                           -- no foreign key: the triggers below keep it true
    words   tsvector NOT NULL                           -- of title and description
);

-- Whoever writes the tasks, with whatever search path, finds the table.
CREATE FUNCTION write_task_words() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO task_words (task_id, words) VALUES (NEW.id, to_tsvector('simple', NEW.title || ' ' || NEW.description))
        ON CONFLICT (task_id) DO UPDATE SET words = excluded.words;
    RETURN NULL;
END
$$;
CREATE TRIGGER words_of_new_tasks AFTER INSERT ON tasks FOR EACH ROW EXECUTE FUNCTION write_task_words();
CREATE TRIGGER words_of_changed_tasks AFTER UPDATE OF title, description ON tasks FOR EACH ROW
    WHEN (OLD.title IS DISTINCT FROM NEW.title OR OLD.description IS DISTINCT FROM NEW.description)
    EXECUTE FUNCTION write_task_words();

-- What belongs to a task goes with it, wherever that is said.
CREATE FUNCTION forget_task() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    DELETE FROM task_words WHERE task_id = OLD.id;
    DELETE FROM task_history WHERE task_id = OLD.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER forget_deleted_tasks AFTER DELETE ON tasks FOR EACH ROW EXECUTE FUNCTION forget_task();
