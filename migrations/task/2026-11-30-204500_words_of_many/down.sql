DROP TRIGGER words_of_new_tasks ON tasks;
CREATE TRIGGER words_of_new_tasks AFTER INSERT ON tasks FOR EACH ROW EXECUTE FUNCTION write_task_words();
DROP FUNCTION write_words_of_new_tasks();
