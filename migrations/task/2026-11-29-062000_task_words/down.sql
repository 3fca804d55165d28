DROP TRIGGER forget_deleted_tasks ON tasks;
DROP FUNCTION forget_task();
DROP TRIGGER words_of_changed_tasks ON tasks;
DROP TRIGGER words_of_new_tasks ON tasks;
DROP FUNCTION write_task_words();
DROP TABLE task_words;
