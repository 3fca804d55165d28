-- The words of all tasks that a statement adds are written at once, and not by a call for each: requests that come at the same
-- time, bulk and imports add many.
SET lock_timeout = '2s';
CREATE FUNCTION write_words_of_new_tasks() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO task_words (task_id, words) SELECT id, to_tsvector('simple', title || ' ' || description) FROM added
        ON CONFLICT (task_id) DO UPDATE SET words = excluded.words;
    RETURN NULL;
END
$$;
DROP TRIGGER words_of_new_tasks ON tasks;
CREATE TRIGGER words_of_new_tasks AFTER INSERT ON tasks REFERENCING NEW TABLE AS added FOR EACH STATEMENT
    EXECUTE FUNCTION write_words_of_new_tasks();
