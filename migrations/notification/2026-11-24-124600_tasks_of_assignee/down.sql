DROP INDEX CONCURRENTLY tasks_of_assignee;
