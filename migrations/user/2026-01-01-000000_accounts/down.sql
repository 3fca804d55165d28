DROP TABLE outbox, idempotency_keys, milestones, client_windows, login_failures, signing_keys, password_resets,
    refresh_tokens, sessions, users;
