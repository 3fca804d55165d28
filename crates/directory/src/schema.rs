//! The tables of `sql/directory.sql` and `sql/tokens.sql`.

diesel::table! {
    directory_users (id) {
        id -> Uuid,
        email -> Text,
        username -> Nullable<Text>,
        role -> Text,
        is_active -> Bool,
        timezone -> Text,
        not_before -> Nullable<Timestamptz>,
        deleted -> Bool,
        sequence -> BigInt,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    directory_tokens (hash) {
        hash -> Bytea,
        id -> Uuid,
        user_id -> Uuid,
        scopes -> Array<Text>,
        expires_at -> Nullable<Timestamptz>,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    directory_ended_sessions (sid) {
        sid -> Uuid,
        ended_at -> Timestamptz,
    }
}
