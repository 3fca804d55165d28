//! The tables of `migrations/notification` that the query builder reaches.

diesel::table! {
    notifications (id) {
        id -> Uuid,
        event_id -> Uuid,
        user_id -> Uuid,
        position -> BigInt,
        #[sql_name = "type"]
        kind -> Text,
        task_id -> Nullable<Uuid>,
        task_title -> Nullable<Text>,
        message -> Text,
        actor_id -> Nullable<Uuid>,
        actor_email -> Nullable<Text>,
        created_at -> Timestamptz,
        read_at -> Nullable<Timestamptz>,
        deleted_at -> Nullable<Timestamptz>,
        archived_at -> Nullable<Timestamptz>,
        snoozed_until -> Nullable<Timestamptz>,
        first_position -> Nullable<BigInt>,
    }
}

diesel::table! {
    user_positions (user_id) {
        user_id -> Uuid,
        latest -> BigInt,
    }
}

diesel::table! {
    preferences (user_id) {
        user_id -> Uuid,
        remind_before_minutes -> Integer,
        remind_again_before_minutes -> Array<Integer>,
        quiet_from_minute -> Nullable<SmallInt>,
        quiet_to_minute -> Nullable<SmallInt>,
        digest -> Text,
        digest_hour -> SmallInt,
        digest_weekday -> Text,
        language -> Text,
        version -> BigInt,
    }
}

diesel::table! {
    preference_channels (user_id, kind) {
        user_id -> Uuid,
        #[sql_name = "type"]
        kind -> Text,
        in_app -> Bool,
        email -> Bool,
        webhook -> Bool,
    }
}

diesel::table! {
    tasks (id) {
        id -> Uuid,
        title -> Text,
        assignee_id -> Nullable<Uuid>,
        created_by -> Uuid,
        due_date -> Nullable<Timestamptz>,
        status -> Text,
        deleted -> Bool,
        sequence -> BigInt,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    mails (id) {
        id -> Uuid,
        event_id -> Uuid,
        user_id -> Uuid,
        #[sql_name = "type"]
        kind -> Text,
        task_id -> Nullable<Uuid>,
        subject -> Text,
        body -> Text,
        address -> Nullable<Text>,
        state -> Text,
        attempts -> Integer,
        next_attempt_at -> Timestamptz,
        answer -> Nullable<Text>,
        created_at -> Timestamptz,
        settled_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    /// A view.
    deliveries (id) {
        id -> Uuid,
        channel -> Text,
        user_id -> Uuid,
        #[sql_name = "type"]
        kind -> Text,
        task_id -> Nullable<Uuid>,
        subject -> Text,
        recipient -> Nullable<Text>,
        status -> Text,
        attempts -> Integer,
        answer -> Nullable<Text>,
        created_at -> Timestamptz,
        next_attempt_at -> Timestamptz,
        settled_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    webhooks (id) {
        id -> Uuid,
        user_id -> Uuid,
        scope -> Text,
        url -> Text,
        description -> Text,
        event_types -> Array<Text>,
        secret -> Binary,
        former_secret -> Nullable<Binary>,
        former_secret_until -> Nullable<Timestamptz>,
        status -> Text,
        disabled_reason -> Nullable<Text>,
        failing_since -> Nullable<Timestamptz>,
        version -> BigInt,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    webhook_deliveries (id) {
        id -> Uuid,
        webhook_id -> Uuid,
        event_id -> Uuid,
        #[sql_name = "type"]
        kind -> Text,
        task_id -> Nullable<Uuid>,
        payload -> Text,
        state -> Text,
        attempts -> Integer,
        next_attempt_at -> Timestamptz,
        leased_until -> Nullable<Timestamptz>,
        give_up_at -> Timestamptz,
        response_status -> Nullable<SmallInt>,
        response_body -> Nullable<Text>,
        answer -> Nullable<Text>,
        duration_ms -> Nullable<Integer>,
        created_at -> Timestamptz,
        settled_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    feeds (id) {
        id -> Uuid,
        user_id -> Uuid,
        kind -> Text,
        secret_hash -> Binary,
        created_at -> Timestamptz,
    }
}

diesel::joinable!(webhook_deliveries -> webhooks (webhook_id));
diesel::allow_tables_to_appear_in_same_query!(webhook_deliveries, webhooks);
