-- A reminder happens once per task, due date and lead time, whoever is the assignee by then: who is given a task is told of
-- its date at that moment. `user_id` says who was told. The release before inserts with ON CONFLICT DO NOTHING: it obeys.
SET lock_timeout = '2s';
LOCK TABLE reminders IN SHARE ROW EXCLUSIVE MODE;
DELETE FROM reminders r USING reminders first
    WHERE (r.task_id, r.kind, r.due_date, r.lead_minutes) = (first.task_id, first.kind, first.due_date, first.lead_minutes)
        AND (r.fired_at, r.ctid) > (first.fired_at, first.ctid);
CREATE UNIQUE INDEX reminders_once_per_task ON reminders (task_id, kind, due_date, lead_minutes);
DROP INDEX reminders_once;
