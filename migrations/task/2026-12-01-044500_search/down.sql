DROP FUNCTION tasks_with_words;
ALTER INDEX task_words_words SET (gin_pending_list_limit = 512);
