CREATE UNIQUE INDEX reminders_once ON reminders (task_id, kind, due_date, lead_minutes, user_id);
DROP INDEX reminders_once_per_task;
