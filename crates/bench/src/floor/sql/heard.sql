-- What follows from a move in the notification service.
WITH inbox AS (
    INSERT INTO notification.inbox (consumer, event_id) VALUES ('floor', gen_random_uuid())
)
UPDATE notification.tasks SET status = status, changed_at = clock_timestamp()
WHERE id = ('00000002-0000-7000-8000-' || lpad(to_hex((:task)::bigint), 12, '0'))::uuid;
