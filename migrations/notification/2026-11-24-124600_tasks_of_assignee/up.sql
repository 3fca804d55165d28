-- Somebody's calendar shows their tasks, whether or not they are due.
CREATE INDEX CONCURRENTLY tasks_of_assignee ON tasks (assignee_id) WHERE NOT deleted;
