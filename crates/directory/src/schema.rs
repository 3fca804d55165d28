//! The tables of `sql/directory.sql`.

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
    directory_ended_sessions (sid) {
        sid -> Uuid,
        ended_at -> Timestamptz,
    }
}
