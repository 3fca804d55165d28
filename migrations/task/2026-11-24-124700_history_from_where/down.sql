ALTER TABLE task_history DROP COLUMN client_address, DROP COLUMN request_id;
