-- Every search reads what is still to be sorted into the index of words: an eighth of what it was (KiB). What it costs to
-- write a task grows by less than can be told, what it costs to write five hundred by a tenth or two.
SET lock_timeout = '2s';
ALTER INDEX task_words_words SET (gin_pending_list_limit = 64);

-- The tasks with the words that a client looks for, by their index and by no other way: Postgres cannot tell how rare a word
-- is. In one trip, and planned once.
CREATE FUNCTION tasks_with_words(input text, at_most integer) RETURNS SETOF uuid LANGUAGE plpgsql STABLE
    SET search_path FROM CURRENT SET enable_seqscan = off SET enable_indexscan = off
    SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN QUERY SELECT task_id FROM task_words WHERE words @@ words_wanted(input) LIMIT at_most;
END
$$;
