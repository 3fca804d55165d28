-- What follows from a move in the notification service.
WITH inbox AS (
    INSERT INTO notification.inbox (consumer, event_id) VALUES ('floor', gen_random_uuid())
)
UPDATE notification.tasks SET status = status, changed_at = clock_timestamp()
WHERE id = {task};
