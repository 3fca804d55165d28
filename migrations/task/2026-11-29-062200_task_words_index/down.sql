DROP INDEX CONCURRENTLY task_words_words;
