//! The tables of `migrations/task`, as diesel sees them. Outbox, inbox, directory and idempotency keys belong to the
//! crates that use them.

use diesel::{
    allow_tables_to_appear_in_same_query, joinable, query_builder::QueryId, sql_types::SqlType, table,
};

/// Postgres's `tsvector`: words with their places. Never read, only matched.
#[derive(Debug, Clone, Copy, SqlType, QueryId)]
#[diesel(postgres_type(name = "tsvector"))]
pub struct TsVector;

/// Postgres's `tsquery`.
#[derive(Debug, Clone, Copy, SqlType, QueryId)]
#[diesel(postgres_type(name = "tsquery"))]
pub struct TsQuery;

table! {
    /// Tasks, those in the trash included.
    tasks (id) {
        id -> Uuid,
        title -> Text,
        description -> Text,
        status -> Text,
        /// 0 (none) to 4 (urgent).
        priority -> SmallInt,
        due_date -> Nullable<Timestamptz>,
        assignee_id -> Nullable<Uuid>,
        /// When assigned; the directory knows the present one.
        assignee_email -> Nullable<Text>,
        created_by -> Uuid,
        version -> BigInt,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        completed_at -> Nullable<Timestamptz>,
        deleted_at -> Nullable<Timestamptz>,
        /// Generated: the due date, or an instant after all of them.
        due_key -> Timestamptz,
        /// Generated: the lower-case title.
        title_key -> Text,
    }
}

table! {
    use diesel::sql_types::*;
    use super::TsVector;

    /// What tasks are found by; kept by triggers.
    task_words (task_id) {
        task_id -> Uuid,
        /// Of title and description.
        words -> TsVector,
    }
}

table! {
    /// One row per changed field.
    task_history (task_id, version, id) {
        id -> Uuid,
        task_id -> Uuid,
        version -> BigInt,
        action -> Text,
        field -> Nullable<Text>,
        from_value -> Nullable<Text>,
        to_value -> Nullable<Text>,
        actor_id -> Nullable<Uuid>,
        actor_email -> Nullable<Text>,
        at -> Timestamptz,
        client_address -> Nullable<Text>,
        request_id -> Nullable<Text>,
    }
}

table! {
    /// Files that were sent to be imported.
    task_imports (id) {
        id -> Uuid,
        created_by -> Uuid,
        format -> Text,
        dry_run -> Bool,
        state -> Text,
        lines -> BigInt,
        created -> BigInt,
        failed -> BigInt,
        errors -> Jsonb,
        detail -> Nullable<Text>,
        created_at -> Timestamptz,
        alive_at -> Timestamptz,
        finished_at -> Nullable<Timestamptz>,
    }
}

joinable!(task_history -> tasks (task_id));
allow_tables_to_appear_in_same_query!(tasks, task_history, task_words);
