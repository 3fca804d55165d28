-- What somebody made who made few: without this all tasks were read to find them. Who made many is found by the order's index.
CREATE INDEX CONCURRENTLY tasks_creator ON tasks (created_by) WHERE deleted_at IS NULL;
