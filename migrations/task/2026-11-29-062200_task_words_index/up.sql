-- What is still to be sorted in is read by every search, so it is kept short (KiB).
CREATE INDEX CONCURRENTLY task_words_words ON task_words USING gin (words) WITH (gin_pending_list_limit = 512);
