DROP TABLE mails, reminders, tasks, preference_channels, preferences, notifications, user_positions;
DROP TABLE inbox, idempotency_keys, directory_users, directory_ended_sessions;
