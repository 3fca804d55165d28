DROP TABLE directory_ended_sessions, directory_users, idempotency_keys, inbox, outbox, task_history, tasks;
DROP FUNCTION words_wanted(text);
