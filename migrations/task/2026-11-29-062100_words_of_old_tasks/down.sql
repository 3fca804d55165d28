TRUNCATE task_words;
