-- From where a task was changed, and by which request.
SET lock_timeout = '2s';
ALTER TABLE task_history ADD COLUMN client_address text, ADD COLUMN request_id text;
