//! The tables of the service's own schema, as diesel sees them. Their definition stands in `migrations/user`.

diesel::table! {
    users (id) {
        id -> Uuid,
        email -> Text,
        email_key -> Text,
        username -> Nullable<Text>,
        role -> Text,
        is_active -> Bool,
        timezone -> Text,
        password_hash -> Text,
        not_before -> Nullable<Timestamptz>,
        version -> BigInt,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        deleted_at -> Nullable<Timestamptz>,
        email_verified_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    sessions (id) {
        id -> Uuid,
        user_id -> Uuid,
        user_agent -> Nullable<Text>,
        client -> Text,
        created_at -> Timestamptz,
        last_used_at -> Timestamptz,
        expires_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    refresh_tokens (hash) {
        hash -> Bytea,
        session_id -> Uuid,
        created_at -> Timestamptz,
        spent_at -> Nullable<Timestamptz>,
        seed -> Nullable<Bytea>,
    }
}

diesel::table! {
    password_resets (hash) {
        hash -> Bytea,
        user_id -> Uuid,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    email_proofs (hash) {
        hash -> Bytea,
        user_id -> Uuid,
        email -> Text,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    mails (id) {
        id -> Uuid,
        kind -> Text,
        user_id -> Nullable<Uuid>,
        address -> Text,
        client_address -> Nullable<Text>,
        user_agent -> Nullable<Text>,
        request_id -> Nullable<Text>,
        state -> Text,
        attempts -> Integer,
        next_attempt_at -> Timestamptz,
        created_at -> Timestamptz,
        settled_at -> Nullable<Timestamptz>,
        answer -> Nullable<Text>,
    }
}

diesel::table! {
    audit_entries (id) {
        id -> Uuid,
        at -> Timestamptz,
        action -> Text,
        actor_id -> Nullable<Uuid>,
        actor_email -> Nullable<Text>,
        target_id -> Nullable<Uuid>,
        target_email -> Nullable<Text>,
        client_address -> Nullable<Text>,
        user_agent -> Nullable<Text>,
        request_id -> Nullable<Text>,
        details -> Jsonb,
    }
}

diesel::table! {
    one_time_passwords (user_id) {
        user_id -> Uuid,
        secret -> Bytea,
        created_at -> Timestamptz,
        confirmed_at -> Nullable<Timestamptz>,
        last_step -> BigInt,
    }
}

diesel::table! {
    recovery_codes (user_id, hash) {
        user_id -> Uuid,
        hash -> Bytea,
    }
}

diesel::table! {
    signing_keys (kid) {
        kid -> Text,
        private_der -> Bytea,
        state -> Text,
        published_at -> Timestamptz,
        retired_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    login_failures (account, client) {
        account -> Bytea,
        client -> Text,
        failures -> Integer,
        failed_at -> Timestamptz,
        blocked_until -> Timestamptz,
    }
}

diesel::table! {
    client_windows (action, client) {
        action -> Text,
        client -> Text,
        started_at -> Timestamptz,
        count -> Integer,
    }
}

diesel::table! {
    personal_access_tokens (id) {
        id -> Uuid,
        user_id -> Uuid,
        name -> Text,
        hash -> Bytea,
        hint -> Text,
        scopes -> Array<Text>,
        created_at -> Timestamptz,
        expires_at -> Nullable<Timestamptz>,
        last_used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    milestones (name) {
        name -> Text,
        reached_at -> Timestamptz,
    }
}

diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(refresh_tokens -> sessions (session_id));
diesel::joinable!(personal_access_tokens -> users (user_id));
diesel::allow_tables_to_appear_in_same_query!(personal_access_tokens, users);
diesel::allow_tables_to_appear_in_same_query!(users, sessions, refresh_tokens, password_resets);
